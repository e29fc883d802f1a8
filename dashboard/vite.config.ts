import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

// `npm run dev -w dashboard` shows a running collector's data: PACELINE_URL=http://127.0.0.1:8080.
const collector = process.env["PACELINE_URL"] ?? "http://127.0.0.1:8080";

export default defineConfig({
  root: fromHere("."),
  // Relative, so that any host and any path prefix can serve the files.
  base: "./",
  build: {
    outDir: fromHere("../build/dashboard"),
    emptyOutDir: true,
    target: "es2022",
    // One small page: inlined assets would need data: URLs in the Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: {
      "/api": { target: collector, ws: true, changeOrigin: true },
      "/agent": { target: collector },
    },
  },
});
