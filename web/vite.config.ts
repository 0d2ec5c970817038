import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** Where `npm run dev` sends the API's calls: a running hub. */
const target = process.env.TIELINE_URL ?? "http://127.0.0.1:8700";
/** The hub renews a session only for pages of its own address: there these pages are as if they were its own. */
const hub = { target, changeOrigin: true, headers: { origin: new URL(target).origin } };

export default defineConfig({
  plugins: [react()],
  server: { host: "127.0.0.1", proxy: { "/api": hub, "/docs": hub } },
  build: {
    target: "es2023",
    // The hub serves everything below /assets for ever: names hold a hash of what is in them.
    assetsDir: "assets",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
    manifest: true,
  },
  test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}", "checks/**/*.test.ts"] },
});
