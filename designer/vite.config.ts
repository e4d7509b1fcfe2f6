import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

// The API serves what is built here under /designer; `npm run dev` passes everything else on to a running `wend up`.
const SERVER = "http://localhost:8080";

/** Whichever style sheet comes first, the order of the layers is the same in all. */
const LAYERS = "@layer reset,tokens,base,layout,components;";

function layersFirst(): Plugin {
  return {
    name: "layers-first",
    generateBundle(_, bundle) {
      for (const part of Object.values(bundle)) {
        if (part.type === "asset" && part.fileName.endsWith(".css")) part.source = LAYERS + String(part.source);
      }
    },
  };
}

/** React Flow's names for developers' tools: they would keep components that nobody uses. */
function nameless(): Plugin {
  return {
    name: "nameless",
    apply: "build",
    transform: {
      filter: { id: /@xyflow.react/ },
      handler: (code) => ({ code: code.replaceAll(/^\w+\.displayName = .*;$/gm, ""), map: null }),
    },
  };
}

export default defineConfig({
  base: "/designer/",
  plugins: [react(), nameless(), layersFirst()],
  // React Flow's d3 moves the view and interpolates no colours: nobody loads what it knows of them.
  resolve: { alias: { "d3-color": "/src/canvas/noColours.ts" } },
  build: {
    target: "es2022",
    outDir: "../api/designer",
    emptyOutDir: true,
    manifest: true,
    // The strict content security policy has no room for inlined files.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What is too large is for `npm run budgets` to say.
    chunkSizeWarningLimit: 1_000,
    rolldownOptions: {
      // On a busy machine every plugin seems slow.
      checks: { pluginTimings: false },
      // React's wrappers of components that nobody uses go, with the components: React Flow has many.
      treeshake: { manualPureFunctions: ["memo", "forwardRef"] },
      output: {
        codeSplitting: {
          groups: [
            { name: "react", test: /node_modules.(react|react-dom|scheduler|zustand|use-sync-external-store)./ },
            // What both the editor and its panels need, in one piece.
            { name: "editor", test: /src.(editor.(checking|adding|desk)|canvas.(view|pointing|walking))\.ts$/ },
            { name: "canvas", test: /node_modules.(@xyflow|d3-|classcat)/ },
          ],
        },
      },
      onLog(level, log, pass) {
        // React Flow marks its modules for servers that render; there is none here.
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") pass(level, log);
      },
    },
  },
  server: { proxy: { "/v1": SERVER, "/login": SERVER, "/mailbox": SERVER } },
  // How fast a machine goes through a thousand random journeys is no property of ours: the limit is for what hangs.
  test: { environment: "node", css: true, include: ["src/**/*.test.ts"], testTimeout: 120_000 },
});
