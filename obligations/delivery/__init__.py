"""Who is told what: the one stream of changes, on which mail, webhooks, feeds and the API's `/changes/` stand."""
