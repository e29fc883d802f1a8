// A service that sends a beacon and asks for the page's vitals, over gRPC. `node grpc_example.mjs HOST:PORT`
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import grpc from "@grpc/grpc-js";
import protoLoader from "@grpc/proto-loader";

const protos = fileURLToPath(new URL("../../proto", import.meta.url));
const definition = protoLoader.loadSync(["paceline/v1/ingest.proto", "paceline/v1/query.proto"], {
  includeDirs: [protos],
  enums: String,
  longs: Number,
  defaults: true,
});
export const { paceline } = grpc.loadPackageDefinition(definition);

/** Sends one page view with its LCP, and answers what the collector now says of the site's LCP. */
export async function sendAndAsk(address, site) {
  const credentials = grpc.credentials.createInsecure();
  const ingest = new paceline.v1.IngestService(address, credentials);
  const queries = new paceline.v1.QueryService(address, credentials);

  const now = Date.now();
  const sent = await promisify(ingest.Send.bind(ingest))({
    beacons: [
      {
        site,
        sessionId: randomBytes(16),
        documentId: randomBytes(8),
        originUnixMs: now - 3000,
        sentUnixMs: now,
        sampleRatePpm: 1_000_000,
        strings: ["/courses/chess"],
        pageViews: [{ urlRef: 1, navigationType: "NAVIGATION_TYPE_NAVIGATE" }],
        // Times are in units of 0.1 ms: this LCP is 1.8 s.
        events: [{ at_100us: 18_000, vital: { metric: "METRIC_LCP", value: 18_000 } }],
      },
    ],
  });

  const answer = await promisify(queries.GetVitals.bind(queries))({ site });
  ingest.close();
  queries.close();
  return {
    outcome: sent.results[0].outcome,
    lcp: answer.vitals.find(({ metric }) => metric === "METRIC_LCP"),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [address = "127.0.0.1:9090", site = "academy"] = process.argv.slice(2);
  console.log(await sendAndAsk(address, site));
}
