// Every page of the demo, for stories that look at all of them; an administrator sees them.
const company = (paths) => paths.map((path) => `/c/1/${path}`);
export const pages = [
  "/company-files/new", "/password", "/errors/3140",
  ...company([
    "todo", "integrations", "integrations/settings", "integrations/tokens", "integrations/visits/1", "integrations/visits/1/found", "search?q=10", "errors", "plan", "plan?open=1&per=25",
    "plan?object=invoice&id=1031050", "set-up", "alerts", "reconcile?from=2026-04-01&to=2026-04-30", "imports?object=customer", "imports/taken",
    "invoicing", "invoicing/1031050", "invoicing/1031042/history", "invoicing/1031050/connect", "invoicing/play-all",
    "invoicing/1031042/preview", "invoicing/settle?before=2026-04-15", "customers/304", "charts?weeks=52", "activity", "rules", "rules/try", "domain", "people",
  ]),
];
