// Generates TypeScript types from proto/ into build/generated/ts. Does nothing when they are newer than the schema.
// Usage: node scripts/generate-ts.mjs
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const schema = join(root, "proto/paceline/v1");
const out = join(root, "build/generated/ts");
const sources = readdirSync(schema).filter((name) => name.endsWith(".proto"));

const isFresh = sources.every((name) => {
  const generated = join(out, "paceline/v1", name.replace(/\.proto$/, "_pb.ts"));
  return (
    existsSync(generated) && statSync(generated).mtimeMs >= statSync(join(schema, name)).mtimeMs
  );
});

if (!isFresh) {
  mkdirSync(out, { recursive: true });
  execFileSync(
    "protoc",
    [
      `--proto_path=${join(root, "proto")}`,
      `--plugin=protoc-gen-es=${join(root, "node_modules/.bin/protoc-gen-es")}`,
      `--es_out=${out}`,
      "--es_opt=target=ts,json_types=true",
      ...sources.map((name) => join(schema, name)),
    ],
    { stdio: "inherit" },
  );
}
