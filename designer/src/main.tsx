import { createRoot } from "react-dom/client";
import { App } from "./App";
import "@xyflow/react/dist/base.css";
import "./styles/tokens.css";
import "./styles/base.css";
import { applyScheme } from "./styles/scheme";

applyScheme();

const place = document.getElementById("app");
if (place) createRoot(place).render(<App />);
