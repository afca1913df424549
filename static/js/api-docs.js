/* What the page of the API's documentation has beside Swagger UI's own: a search for words in all that an operation says
   of itself, where its own looks at the names of groups alone; and padlocks where an account is needed, and there only. */
(() => {
  const Bundle = window.SwaggerUIBundle;
  const label = document.getElementById("swagger-ui").dataset.search;

  const said = (operation, tag) => {
    const answers = ["operation", "responses"];
    return `${tag} ${JSON.stringify(operation.deleteIn(answers))}`.toLowerCase();
  };
  const opsFilter = (tags, phrase) => {
    const words = phrase.toLowerCase().split(/\s+/).filter(Boolean);
    return tags
      .map((tagged, tag) =>
        tagged.update("operations", (all) =>
          all.filter((one) => words.every((word) => said(one, tag).includes(word)))))
      .filter((tagged) => tagged.get("operations").size);
  };

  const Search = (_original, { React }) => ({ layoutSelectors, layoutActions }) => {
    const h = React.createElement;
    const found = layoutSelectors.currentFilter();
    return h("div", { className: "wrapper search" },
      h("label", { htmlFor: "search" }, label),
      h("input", {
        id: "search",
        type: "search",
        value: typeof found === "string" ? found : "",
        onChange: (event) => layoutActions.updateFilter(event.target.value),
      }));
  };

  const Summary = (Original, { React }) => (props) => {
    const security = props.operationProps.get("security");
    const isOpen = security && security.some((one) => one.size === 0);
    const shown = isOpen ? props.operationProps.delete("security") : props.operationProps;
    return React.createElement(Original, { ...props, operationProps: shown });
  };

  const plugin = () => ({
    fn: { opsFilter },
    wrapComponents: { FilterContainer: Search, OperationSummary: Summary },
  });
  window.SwaggerUIBundle = Object.assign(
    (options) => Bundle({ ...options, plugins: [...options.plugins, plugin] }), Bundle);
})();
