import "./ui/tokens.css";
import "./ui/kit.css";
import { render } from "preact";
import { ErrorBoundary, LocationProvider, Route, Router, useLocation } from "preact-iso";
import { ROUTES } from "./routes";
import { start } from "./start";
import { me } from "./sync/session";
import { Gate } from "./member/Gate";
import { loadContact } from "./ui/contact";
import { Fallen } from "./ui/Fallen";
import { keepFocus } from "./ui/focus";
import { NoStorage } from "./ui/NoStorage";
import { applyTextSize } from "./ui/textSize";

function Screens() {
  const { url } = useLocation();
  return (
    <Fallen at={url}>
      <ErrorBoundary>
        <Router>
          {ROUTES.map(({ path, component }) =>
            path ? <Route key={path} path={path} component={component} /> : <Route default component={component} />,
          )}
        </Router>
      </ErrorBoundary>
    </Fallen>
  );
}

function App() {
  return (
    <LocationProvider scope="/app">
      <Gate>
        <Screens />
      </Gate>
    </LocationProvider>
  );
}

const root = document.getElementById("app")!;

async function show(member: string | undefined): Promise<void> {
  if (member) await loadContact(member);
  render(<App />, root);
}

applyTextSize();
keepFocus(root);
start().catch(() => render(<NoStorage />, root));
const unsubscribe = me.subscribe((row) => {
  if (row === undefined) return;
  queueMicrotask(() => unsubscribe());
  void show(row?.member_id);
});
