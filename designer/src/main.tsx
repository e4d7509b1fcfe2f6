// The styles come first: what is named first is the lowest layer.
import "./styles/layers.css";
import "./styles/tokens.css";
import "./styles/base.css";

import { createRoot } from "react-dom/client";
import { App } from "./App";
// Every page of the designer takes the name of its tab, so that no duplicate does.
import "./editor/tab";
import { followLink } from "./routes";
import { applyScheme } from "./styles/scheme";

applyScheme();
const place = document.getElementById("app");
if (place) createRoot(place).render(<App />);

document.addEventListener("click", followLink);
