"""What is a link in a source that somebody wrote, and where it leads."""

import pytest

from obligations.templatetags.look import linked
from parties.addresses import pieces


def links(text: str) -> dict[str, str]:
    return {words: href for words, href in pieces(text) if href}


@pytest.mark.parametrize(
    "address",
    [
        "rks.news",
        "europa.rs/belgrade-pristina-dialogue-press-remarks-by-high-representative-josep-borrell",
        "eulex-kosovo.eu/?page=1,11,2090",
        "b92.net/eng/insight/pressroom.php?yyyy=2012&mm=02&nav_id=78973",
        "trtworld.com:443/article/16053416",
        "en.people.cn./90777/8287955.html",
        "en.wikipedia.org/wiki/Ohrid_(town)",
        "EEAS.europa.eu/eeas/text_en",
        "пример.рф/стр",
    ],
)
def test_a_host_with_or_without_a_path_is_a_link_to_the_whole_of_it(address: str) -> None:
    assert links(address) == {address: f"https://{address}"}
    assert links(f"Read on {address}, and elsewhere.") == {address: f"https://{address}"}
    assert links(f"(see {address}).") == {address: f"https://{address}"}


def test_an_address_with_a_scheme_keeps_it() -> None:
    assert links("http://localhost:8000/x and https://a.eu") == {
        "http://localhost:8000/x": "http://localhost:8000/x",
        "https://a.eu": "https://a.eu",
    }


@pytest.mark.parametrize(
    "text",
    [
        "OJ C 201 I, 28.5.2021, p. 2 (2023); OJ C 440",
        "e.g. 3.4, i.e. S.p.A. or mts d.o.o.",
        "holidays 0.57, BE",
        "someone@example.org",
        "report.pdf",
        "The end.Then more",
        "javascript:alert(1)",
    ],
)
def test_what_only_looks_like_an_address_is_none(text: str) -> None:
    assert links(text) == {}


def test_what_people_wrote_around_an_address_is_shown_as_text() -> None:
    assert linked('<b> x.rs/a?b=1&c="2" </b>') == (
        '&lt;b&gt; <a href="https://x.rs/a?b=1&amp;c=" rel="nofollow">x.rs/a?b=1&amp;c=</a>&quot;2&quot; &lt;/b&gt;'
    )
    assert "".join(words for words, _ in pieces("see a.rs/x, b.eu.")) == "see a.rs/x, b.eu."
