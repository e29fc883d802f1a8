// The page under test: an application of React components and routes around the agent's hooks.
import { StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter, Link, Route, Routes, useLocation, useParams } from "react-router";
import {
  PacelineErrorBoundary,
  PacelineProfiler,
  routePattern,
  usePaceline,
  usePacelineAlerts,
  usePacelineBundle,
  usePacelineInsights,
  usePacelineInteraction,
  usePacelineJourney,
  usePacelineMemory,
  usePacelinePageGroup,
  usePacelineRender,
  usePacelineRoute,
  usePacelineScore,
  usePacelineVitals,
} from "paceline-react";

window.slow = [];
window.handled = [];

function busy(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

function Counter() {
  usePacelineRender("Counter");
  const [count, setCount] = useState(0);
  const onClick = usePacelineInteraction("add", (event) => {
    window.handled.push(event.type);
    setCount(count + 1);
    return count;
  });
  return (
    <button id="add" onClick={onClick}>
      {count}
    </button>
  );
}

function Lesson({ ms }) {
  busy(ms);
  return <p>lesson</p>;
}

function Lessons() {
  const [ms, setMs] = useState(30);
  return (
    <>
      <button id="again" onClick={() => setMs(0)}>
        again
      </button>
      <PacelineProfiler id="Lesson" onSlow={(id, actual) => window.slow.push([id, actual])}>
        <Lesson ms={ms} />
      </PacelineProfiler>
    </>
  );
}

function Failing() {
  const [fails, setFails] = useState(false);
  if (fails) throw new TypeError("no lesson 48 for jane@example.org");
  return (
    <button id="fail" onClick={() => setFails(true)}>
      fail
    </button>
  );
}

function Payment() {
  const journey = usePacelineJourney("payment");
  window.journeys = (window.journeys ?? new Set()).add(journey);
  return (
    <button
      id="pay"
      onClick={() => {
        journey.start();
        journey.stepFail("card", "declined");
      }}
    >
      pay
    </button>
  );
}

const READ = { token: "a-token-of-the-site", refreshMs: 0 };

function Remote() {
  const alerts = usePacelineAlerts(READ);
  const critical = usePacelineAlerts({ ...READ, severity: "critical" });
  const insights = usePacelineInsights(READ);
  const refused = usePacelineInsights({ refreshMs: 0, category: "waste" });
  // Another function on every render.
  const own = usePacelineAlerts({
    refreshMs: 0,
    fetcher: async (path) => {
      window.asked = (window.asked ?? 0) + 1;
      return [{ id: "own", severity: "info", path }];
    },
  });
  Object.assign(window, { alerts, critical, insights, refused, own });
  return null;
}

function State() {
  window.state = {
    all: usePaceline(),
    vitals: usePacelineVitals(),
    score: usePacelineScore(),
    route: usePacelineRoute(),
    memory: usePacelineMemory(),
    bundle: usePacelineBundle(),
  };
  return null;
}

function Course() {
  usePacelinePageGroup(routePattern(useLocation().pathname, useParams()));
  return <h2>The course</h2>;
}

function App() {
  return (
    <BrowserRouter>
      <h1>Academy</h1>
      <nav>
        <Link to="/courses/first-marathon">course</Link> <Link to="/">home</Link>
      </nav>
      <Counter />
      <Lessons />
      <PacelineErrorBoundary
        fallback={(error, retry) => (
          <button id="retry" onClick={retry}>
            {error.name}
          </button>
        )}
        onError={(error) => window.handled.push(error.name)}
      >
        <Failing />
      </PacelineErrorBoundary>
      <Payment />
      <Remote />
      <State />
      <Routes>
        <Route path="/" element={<h2>Home</h2>} />
        <Route path="/courses/:id" element={<Course />} />
      </Routes>
    </BrowserRouter>
  );
}

window.unhandled = [];
createRoot(document.querySelector("#root"), {
  // Otherwise React tells the console of what the boundary has caught.
  onCaughtError: () => undefined,
}).render(window.strict ? <StrictMode>{<App />}</StrictMode> : <App />);
