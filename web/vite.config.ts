/** What the build makes: index.html, assets whose names hold a digest of what they are, and the worker sw.js, which
 * knows the names of all that an open app needs (precache). The worker is a plugin of forty lines, not workbox: it
 * keeps what it was built with, and nothing else. */
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { defineConfig, type Plugin } from "vite";
import { reached } from "./build/precache.ts";

const BASE = "/app/";
const PRECACHE_MOST_BYTES = 400_000;

function revision(bytes: string | Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex").slice(0, 16);
}

/** Tells the worker what to keep: [address, revision]; an asset's name is its revision. */
function precache(): Plugin {
  return {
    name: "sotay-precache",
    enforce: "post",
    apply: "build",
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const kept: [string, string][] = [];
        let bytes = 0;
        const chunks = Object.values(bundle).filter((file) => file.type === "chunk");
        const known = reached(chunks);
        if (known.size === chunks.length) this.error("the worker would keep the offices' screens too");
        for (const [name, file] of Object.entries(bundle)) {
          const body = file.type === "chunk" ? file.code : file.source;
          if (name === "sw.js" || (file.type === "chunk" && !known.has(name))) continue;
          bytes += Buffer.byteLength(body);
          kept.push([BASE + name, name.startsWith("assets/") ? "" : revision(body)]);
        }
        for (const name of readdirSync("public"))
          if (name.endsWith(".svg") || name.endsWith(".webmanifest"))
            kept.push([BASE + name, revision(readFileSync(`public/${name}`))]);
        if (bytes > PRECACHE_MOST_BYTES)
          this.error(`the worker would keep ${bytes} bytes, at most ${PRECACHE_MOST_BYTES}`);
        const worker = bundle["sw.js"];
        if (worker?.type !== "chunk" || !worker.code.includes("__PRECACHE__"))
          this.error("sw.js has no place for its list");
        else worker.code = worker.code.replace("__PRECACHE__", JSON.stringify(kept.sort()));
      },
    },
  };
}

export default defineConfig({
  base: BASE,
  plugins: [precache()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: ["safari15.4", "chrome100", "firefox100"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
    rollupOptions: {
      input: { main: "index.html", sw: "src/sw.ts" },
      output: {
        entryFileNames: (chunk) => (chunk.name === "sw" ? "sw.js" : "assets/[name]-[hash].js"),
      },
    },
  },
  test: { include: ["unit/**/*.test.ts"], environment: "node" },
} as Parameters<typeof defineConfig>[0]);
