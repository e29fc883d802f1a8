// Made-up answers in the shape of query.proto, for the states that a real collector cannot be brought into on demand.
const minute = 60_000;

const VITALS = {
  METRIC_LCP: { good: 2500, poor: 4000, typical: 2050, spread: 0.5 },
  METRIC_INP: { good: 200, poor: 500, typical: 190, spread: 0.8 },
  METRIC_CLS: { good: 0.1, poor: 0.25, typical: 0.21, spread: 0.7 },
  METRIC_FCP: { good: 1800, poor: 3000, typical: 900, spread: 0.4 },
  METRIC_TTFB: { good: 800, poor: 1800, typical: 310, spread: 0.5 },
  METRIC_FID: { good: 100, poor: 300, typical: 14, spread: 0.7 },
};

const PAGES = [
  "/",
  "/courses",
  "/courses/public-speaking/lesson-3",
  "/booking",
  "/booking/confirmation",
  "/about",
];

// Deterministic, so that pictures of it can be compared.
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
}

const rate = ({ good, poor }, value) =>
  value <= good ? "RATING_GOOD" : value <= poor ? "RATING_NEEDS_IMPROVEMENT" : "RATING_POOR";

function sample(vital, random) {
  const normal = random() + random() + random() + random() - 2;
  return vital.typical * Math.exp(normal * vital.spread);
}

export function vitals(query, { isEmpty = false } = {}) {
  const random = randomFrom(7);
  const count = isEmpty ? 0 : 412;
  return {
    fromUnixMs: Number(query.get("from_unix_ms")),
    toUnixMs: Number(query.get("to_unix_ms")),
    pageViews: count,
    rageClicks: isEmpty ? 0 : 3,
    relativeError: 0.01,
    vitals: Object.entries(VITALS).map(([metric, vital]) => summary(metric, vital, count, random)),
  };
}

export function quality(query, { isEmpty = false, isSilent = false }, now) {
  const day = 24 * 60 * minute;
  const first = Math.floor(Number(query.get("from_unix_ms")) / day) * day;
  const last = Math.floor((Number(query.get("to_unix_ms")) - 1) / day) * day;
  const stored = isEmpty ? 0 : 12_480;
  const missing = isEmpty ? 0 : isSilent ? 1_204 : 38;
  const refused = [
    { outcome: "OUTCOME_REFUSED_ORIGIN", count: 214 },
    { outcome: "OUTCOME_REFUSED_INVALID", count: 3 },
  ];
  return {
    fromUnixMs: first,
    toUnixMs: last + day,
    outcomes: isEmpty
      ? []
      : [
          { outcome: "OUTCOME_ACCEPTED", count: stored },
          ...(isSilent ? refused : []),
          { outcome: "OUTCOME_DUPLICATE", count: 17 },
        ],
    nobodys: isSilent ? [{ outcome: "OUTCOME_REFUSED_UNKNOWN_SITE", count: 41 }] : [],
    stored,
    missing,
    ...(isEmpty ? {} : { completeness: stored / (stored + missing) }),
    incomplete: isSilent,
    completenessTarget: 0.95,
    gaps: isSilent
      ? [
          { fromUnixMs: now - 190 * minute, toUnixMs: now - 152 * minute },
          { fromUnixMs: now - 23 * minute, toUnixMs: 0 },
        ]
      : [],
    lastUnixMs: isEmpty ? 0 : now - (isSilent ? 23 * minute : 2000),
    usualPauseMs: isEmpty ? 0 : 4200,
    dayUnixMs: [last],
    dayStored: [stored],
    dayMissing: [missing],
    dayRefused: [isSilent ? 217 : 0],
    dayServerPageViews: [isSilent ? 5120 : 0],
    dayMeasuredPageViews: [isSilent ? 4659 : 0],
    serverPageViews: isSilent ? 5120 : 0,
    measuredPageViews: isSilent ? 4659 : 0,
    ...(isSilent ? { coverage: 4659 / 5120 } : {}),
    lowCoverage: isSilent,
    coverageTarget: 0.95,
  };
}

function summary(metric, vital, count, random) {
  const values = Array.from({ length: count }, () => sample(vital, random)).sort((a, b) => a - b);
  const at = (share) => values[Math.min(count - 1, Math.ceil(share * count) - 1)] ?? 0;
  const rated = (rating) =>
    values.filter((value) => rate(vital, value) === rating).length / Math.max(1, count);
  const upper = Array.from({ length: 24 }, (_, index) => (vital.good / 8) * (index + 1));
  return {
    metric,
    count,
    average: values.reduce((sum, value) => sum + value, 0) / Math.max(1, count),
    minimum: at(0.001),
    maximum: at(1),
    p50: at(0.5),
    p75: at(0.75),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    shares: {
      good: rated("RATING_GOOD"),
      needsImprovement: rated("RATING_NEEDS_IMPROVEMENT"),
      poor: rated("RATING_POOR"),
    },
    rating: count === 0 ? "RATING_UNSPECIFIED" : rate(vital, at(0.75)),
    goodThreshold: vital.good,
    poorThreshold: vital.poor,
    histogramUpper: upper,
    histogramCount: upper.map(
      (bound, index) =>
        values.filter((value) => value <= bound && value > (upper[index - 1] ?? -1)).length,
    ),
  };
}

export function timeSeries(query) {
  const metric = query.get("metric");
  const vital = VITALS[metric];
  const step = Number(query.get("step_ms"));
  const from = Math.floor(Number(query.get("from_unix_ms")) / step) * step;
  const random = randomFrom(metric.length * 31);
  const times = [];
  for (let at = from; at < Number(query.get("to_unix_ms")); at += step) times.push(at);
  const count = times.map((_, index) =>
    index > 8 && index < 12 ? 0 : Math.round(3 + random() * 9),
  );
  const p75 = count.map((n, index) =>
    n === 0 ? 0 : vital.typical * (1.25 + 0.25 * Math.sin(index / 7) + (random() - 0.5) * 0.3),
  );
  const share = (part) => count.map((n) => (n === 0 ? 0 : part));
  return {
    metric,
    stepMs: step,
    timeUnixMs: times,
    count,
    p75,
    good: share(0.68),
    needsImprovement: share(0.2),
    poor: share(0.12),
  };
}

export function pages() {
  const random = randomFrom(99);
  return {
    fromUnixMs: 0,
    toUnixMs: 0,
    pageGroup: PAGES,
    pageViews: [151, 96, 88, 41, 22, 14],
    rageClicks: [0, 0, 0, 3, 0, 0],
    metrics: Object.entries(VITALS).map(([metric, vital]) => {
      const p75 = PAGES.map(() => sample(vital, random));
      return {
        metric,
        count: PAGES.map((_, index) => (metric === "METRIC_FID" && index === 5 ? 0 : 10)),
        p75,
        rating: p75.map((value) => rate(vital, value)),
      };
    }),
  };
}

export const sessionId = (index) => index.toString(16).padStart(32, "0");

function session(index, now) {
  const random = randomFrom(index * 77 + 5);
  const views = 1 + Math.floor(random() * 5);
  const phone = index % 3 === 0;
  const began = now - index * 3.3 * minute - 40_000;
  return {
    sessionId: sessionId(index),
    beganUnixMs: began,
    lastSeenUnixMs: began + views * 21_400,
    pageViews: views,
    entryPage: PAGES[index % 3],
    exitPage: PAGES[(index + views) % PAGES.length],
    referrer: index % 2 === 0 ? "https://www.google.com" : "",
    deviceType: phone ? "phone" : "desktop",
    deviceTier: phone ? "low-end" : "high-end",
    connection: "4g",
    browser: phone ? "Safari" : "Chrome",
    browserVersion: phone ? "26.1" : "156",
    os: phone ? "iOS" : "macOS",
    clicks: 6,
    rageClicks: index === 2 ? 1 : 0,
    worstRating: ["RATING_GOOD", "RATING_NEEDS_IMPROVEMENT", "RATING_POOR"][index % 3],
    weight: index === 5 ? 0 : 1,
    bot: index === 7,
  };
}

export function sessions(query, now) {
  const all = Array.from({ length: 14 }, (_, index) => session(index, now));
  const rating = query.get("rating");
  return {
    sessions: all.filter(
      (one) =>
        (rating === null || one.worstRating === rating) &&
        (query.get("rage_clicks") !== "true" || one.rageClicks > 0),
    ),
    truncated: false,
  };
}

const vital = (metric, value, more = {}) => ({
  metric,
  value,
  rating: rate(VITALS[metric], value),
  target: "",
  url: "",
  interactionName: "",
  inputDelayMs: 0,
  processingMs: 0,
  presentationMs: 0,
  ...more,
});

const rect = (x, y, width, height) => ({ x, y, width, height });

export function journey(id, now) {
  const base = session(2, now);
  const began = base.beganUnixMs;
  const view = (index, url, at, until, vitalsOf) => ({
    documentId: index.toString(16).padStart(16, "0"),
    pageView: 0,
    beganUnixMs: began + at,
    lastSeenUnixMs: began + until,
    url,
    pageGroup: url.replace("public-speaking", ":course"),
    referrer: "",
    navigationType: index === 2 ? "NAVIGATION_TYPE_BACK_FORWARD_CACHE" : "NAVIGATION_TYPE_NAVIGATE",
    vitals: vitalsOf,
  });
  const lcp = vital("METRIC_LCP", 2840, { target: "main > img.hero", url: "/images/hero.jpg" });
  const slow = {
    name: "pointerup",
    target: "button#reserve",
    durationMs: 640,
    inputDelayMs: 34,
    processingMs: 560,
  };
  const inp = vital("METRIC_INP", 640, {
    target: "button#reserve",
    interactionName: "pointerup",
    inputDelayMs: 34,
    processingMs: 560,
    presentationMs: 46,
  });
  const at = (pageViewIndex, offset, event) => ({
    atUnixMs: began + offset,
    pageViewIndex,
    ...event,
  });
  return {
    session: {
      ...base,
      sessionId: id,
      pageViews: 4,
      rageClicks: 1,
      entryPage: "/",
      exitPage: "/booking/confirmation",
    },
    pageViews: [
      view(0, "/", 0, 9200, [
        vital("METRIC_TTFB", 210),
        vital("METRIC_FCP", 690),
        lcp,
        vital("METRIC_CLS", 0.182),
      ]),
      view(1, "/courses/public-speaking", 9600, 31000, [
        vital("METRIC_LCP", 1310),
        vital("METRIC_CLS", 0.004),
      ]),
      view(2, "/", 31500, 36000, [vital("METRIC_LCP", 120)]),
      view(3, "/booking", 36400, 480_000, [vital("METRIC_LCP", 980), inp]),
    ],
    events: [
      at(0, 210, { vital: vital("METRIC_TTFB", 210) }),
      at(0, 690, { vital: vital("METRIC_FCP", 690) }),
      at(0, 1900, {
        layoutShift: {
          value: 0.182,
          hadRecentInput: false,
          sources: [
            {
              target: "main > section.courses",
              previous: rect(60, 380, 1160, 420),
              current: rect(60, 492, 1160, 308),
            },
            {
              target: "main > img.hero",
              previous: rect(60, 90, 1160, 270),
              current: rect(60, 202, 1160, 270),
            },
          ],
        },
      }),
      at(0, 2840, { vital: lcp }),
      at(0, 9000, { click: { target: "a.course-card", x: 412, y: 530 } }),
      at(1, 9900, { vital: vital("METRIC_TTFB", 300) }),
      at(1, 10910, { vital: vital("METRIC_LCP", 1310, { target: "h1" }) }),
      at(1, 14000, { visibilityChange: { hidden: true } }),
      at(1, 26000, { visibilityChange: { hidden: false } }),
      at(1, 28500, {
        layoutShift: {
          value: 0.004,
          hadRecentInput: true,
          sources: [
            { target: "p.note", previous: rect(80, 300, 600, 40), current: rect(80, 320, 600, 40) },
          ],
        },
      }),
      at(2, 31620, { vital: vital("METRIC_LCP", 120) }),
      at(3, 37380, { vital: vital("METRIC_LCP", 980) }),
      at(3, 40000, { interaction: slow }),
      at(3, 40010, { click: { target: "button#reserve", x: 640, y: 480 } }),
      at(3, 40640, { vital: inp }),
      at(3, 41000, {
        rageClick: { target: "button#reserve", count: 5, x: 640, y: 481, durationMs: 1900 },
      }),
      at(3, 470_000, { click: { target: "a.home", x: 60, y: 30 } }),
    ],
  };
}

let livePageViews = 0;

/** A LiveUpdate with one page view that is new each time. */
export function liveUpdate(now) {
  livePageViews++;
  const page = PAGES[livePageViews % PAGES.length];
  return {
    site: "academy",
    atUnixMs: now,
    beacons: 1,
    pageViews: [
      {
        sessionId: sessionId(livePageViews % 14),
        pageGroup: page,
        beganUnixMs: now - 3000 - livePageViews,
        vitals: [vital("METRIC_LCP", 900 + ((livePageViews * 977) % 4000))],
      },
    ],
  };
}
