// Says that a file is too large before it is sent. The server says it as well, and the page works without this.
"use strict";

(() => {
  for (const input of document.querySelectorAll("input[type=file][data-most]")) {
    const check = () => {
      const large = input.files.length > 0 && input.files[0].size > Number(input.dataset.most);
      input.setCustomValidity(large ? input.dataset.tooLarge : "");
      return !large;
    };
    input.addEventListener("change", () => check() || input.reportValidity());
    input.form.addEventListener("submit", (event) => {
      if (check()) return;
      event.preventDefault();
      input.reportValidity();
    });
  }
})();
