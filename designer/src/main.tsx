// The styles come first: what is named first is the lowest layer.
import "./styles/layers.css";
import "./styles/tokens.css";
import "./styles/base.css";

import { createRoot } from "react-dom/client";
import { App } from "./App";
import { followLink } from "./routes";
import { applyScheme } from "./styles/scheme";

applyScheme();
const place = document.getElementById("app");
if (place) createRoot(place).render(<App />);

document.addEventListener("click", followLink);

// A page that was open while the server got a newer build asks for parts that are gone; what was typed is kept beside it.
addEventListener("vite:preloadError", () => location.reload());
