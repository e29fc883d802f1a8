// Fails when a C++ folder includes one that it may not use. Data flows one way; this table is the law.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Folder → folders of ours it may include (besides itself and the generated paceline/v1). */
const allowed = {
  core: [],
  "agent-wasm": ["core"],
  "collector/config": ["core"],
  "collector/telemetry": ["core", "collector/config"],
  "collector/store": ["core", "collector/telemetry"],
  "collector/ingest": ["core", "collector/telemetry", "collector/store"],
  "collector/receive": [
    "core",
    "collector/config",
    "collector/telemetry",
    "collector/ingest",
    "collector/query",
  ],
  "collector/analysis": ["core"],
  "collector/query": ["core", "collector/store", "collector/analysis"],
  "collector/api": [
    "core",
    "collector/config",
    "collector/telemetry",
    "collector/store",
    "collector/ingest",
    "collector/receive",
    "collector/query",
  ],
};
/** Library headers → the only folders that may know them. */
const confined = [
  [/^rocksdb\//, ["collector/store"]],
  [/^boost\/(beast|asio)/, ["collector/receive"]],
  [/^(grpcpp|grpc)\//, ["collector/receive", "collector/api"]],
  [/^yaml-cpp\//, ["collector/config"]],
  // Where a record stays bytes from the door to the disk.
  [/^protozero\//, ["core", "collector/receive", "collector/ingest", "collector/store"]],
  [/^nlohmann\//, ["collector/ingest", "collector/commands"]],
];
const outermost = ["collector/commands", "collector/main.cc"];

const files = execFileSync(
  "git",
  ["ls-files", "-co", "--exclude-standard", "core", "agent-wasm", "collector"],
  {
    encoding: "utf8",
  },
)
  .split("\n")
  .filter((file) => /\.(cc|h)$/.test(file));

const folderOf = (path) =>
  Object.keys(allowed).find((folder) => path.startsWith(`${folder}/`)) ?? null;
const problems = [];

for (const file of files) {
  const from = folderOf(file);
  if (!from && !outermost.some((place) => file.startsWith(place))) {
    problems.push(`${file}: its folder is not in the table of scripts/check-dependencies.mjs`);
    continue;
  }
  readFileSync(file, "utf8")
    .split("\n")
    .forEach((line, index) => {
      const include = /^\s*#\s*include\s*["<]([^">]+)[">]/.exec(line)?.[1];
      if (!include) return;
      const at = `${file}:${index + 1}`;
      const to = folderOf(include);
      if (from && to && to !== from && !allowed[from].includes(to)) {
        problems.push(`${at}: ${from} may not use ${to} (${include})`);
      }
      if (from === "core" && include.startsWith("paceline/v1/")) {
        problems.push(`${at}: core may not use generated protobuf code (${include})`);
      }
      for (const [pattern, folders] of confined) {
        if (from && pattern.test(include) && !folders.includes(from)) {
          problems.push(`${at}: only ${folders.join(", ")} may include ${include}`);
        }
      }
    });
}

if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exit(1);
}
console.log(`${files.length} files follow the order of folders`);
