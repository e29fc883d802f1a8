import { render } from "preact";
import { App } from "./app";
import { applyAppearance } from "./state/appearance";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/controls.css";
import "./styles/states.css";
import "./styles/cards.css";
import "./styles/overview.css";
import "./styles/quality.css";
import "./styles/tables.css";
import "./styles/timeline.css";
import "./styles/journey.css";

applyAppearance();
const root = document.getElementById("app");
if (root !== null) render(<App />, root);
