// Runs in the page: what fetch and XMLHttpRequest do, in words. Once with the agent and once without it; both have to say
// the same. A case that throws says so.
/* global DOMException, Headers, XMLHttpRequest */
const said = (value) => {
  if (value instanceof Error || value instanceof DOMException)
    return `${value.constructor.name} ${value.name}: ${value.message}`;
  return value;
};
const settle = (promise) =>
  promise.then(
    (value) => ({ value: said(value) }),
    (error) => ({ error: said(error) }),
  );
const attempt = (work) => {
  try {
    return { value: said(work()) };
  } catch (error) {
    return { error: said(error) };
  }
};
const other = location.origin.replace("127.0.0.1", "localhost");
const echo = (...args) => fetch(...args).then((response) => response.json());
const describe = async (promise) => {
  const response = await promise;
  const { status, type, url, redirected, ok, statusText, bodyUsed } = response;
  const isResponse = response instanceof Response && Object.keys(response).length === 0;
  const body = await settle(response.text());
  return { status, type, url, redirected, ok, statusText, bodyUsed, isResponse, body };
};

window.fetchCases = {
  string: () => describe(fetch("/api/echo?q=1")),
  url: () => describe(fetch(new URL("/api/echo", location.href))),
  request: () => describe(fetch(new Request("/api/echo", { method: "PUT", body: "x" }))),
  requestAndInit: () =>
    echo(new Request("/api/echo", { method: "POST", body: "x" }), { body: "y" }),
  requestAsInit: () =>
    echo("/api/echo", new Request("/elsewhere", { method: "DELETE", headers: { "x-test": "r" } })),
  bodyOfRequestIsUsed: async () => {
    const request = new Request("/api/echo", { method: "POST", body: "once" });
    const first = await echo(request);
    return { first, used: request.bodyUsed, second: await settle(fetch(request)) };
  },
  requestKeepsItsReferrer: () =>
    echo(new Request("/api/echo", { referrer: "/from/here", referrerPolicy: "unsafe-url" })),
  anchor: () => {
    const a = document.createElement("a");
    a.href = "/api/echo?anchor";
    return describe(fetch(a));
  },
  textOfAnObjectOnce: async () => {
    let times = 0;
    const response = await describe(fetch({ toString: () => `/api/echo?times=${++times}` }));
    return { times, response };
  },
  textThatThrows: () =>
    settle(
      fetch({
        toString() {
          throw new RangeError("mine");
        },
      }),
    ),
  base: async () => {
    const base = document.createElement("base");
    base.href = "/api/";
    document.head.append(base);
    const result = await describe(fetch("echo?base"));
    base.remove();
    return result;
  },
  hash: () => describe(fetch("/api/echo?h#part")),
  post: () => echo("/api/echo", { method: "post", body: "text", headers: { "x-test": "1" } }),
  // Not made upper case by the browser, and refused by the server for it.
  patch: async () => (await fetch("/api/echo", { method: "patch", body: "text" })).status,
  search: () => echo("/api/echo", { method: "POST", body: new URLSearchParams({ a: "b c" }) }),
  form: async () => {
    const form = new FormData();
    form.append("file", new Blob(["content"]), "name.txt");
    const { body, type } = await echo("/api/echo", { method: "POST", body: form });
    return { hasContent: body.includes("content"), type: type.split(";")[0] };
  },
  blob: () => echo("/api/echo", { method: "POST", body: new Blob(["b"], { type: "text/x-b" }) }),
  buffer: () => echo("/api/echo", { method: "POST", body: new Uint8Array([104, 105]) }),
  headersObject: () => echo("/api/echo", { headers: new Headers([["x-test", "h"]]) }),
  headersList: () => echo("/api/echo", { headers: [["X-Test", "l"]] }),
  headersBroken: () => settle(fetch("/api/echo", { headers: { "x test": "1" } })),
  streamOfResponse: async () => {
    const reader = (await fetch("/api/large")).body.getReader();
    let bytes = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return bytes;
      bytes += value.length;
    }
  },
  bodyIsThePages: async () => {
    const response = await fetch("/api/large");
    const copy = response.clone();
    return [
      response.bodyUsed,
      (await copy.text()).length,
      (await response.arrayBuffer()).byteLength,
    ];
  },
  cancelledStream: async () => {
    const response = await fetch("/api/large");
    await response.body.cancel();
    return settle(response.text());
  },
  streamAsBody: () =>
    settle(
      fetch("/api/echo", { method: "POST", body: new Blob(["s"]).stream(), duplex: "half" }).then(
        () => "sent",
      ),
    ),
  getWithBody: () => settle(fetch("/api/echo", { body: "x" })),
  forbiddenMethod: () => settle(fetch("/api/echo", { method: "CONNECT" })),
  noArguments: () => settle(fetch()),
  nullInit: () => describe(fetch("/api/echo", null)),
  numberInit: () => settle(fetch("/api/echo", 5)),
  brokenUrl: () => settle(fetch("http://[")),
  credentialsInUrl: () => settle(fetch("http://a:b@127.0.0.1/")),
  unknownScheme: () => settle(fetch("gopher://127.0.0.1/")),
  data: () => describe(fetch("data:text/plain,hello")),
  blobUrl: async () => {
    const url = URL.createObjectURL(new Blob(["of a blob"]));
    return (await fetch(url)).text();
  },
  networkError: () => settle(fetch("http://127.0.0.1:1/")),
  forbiddenByCors: () => settle(fetch(`${other}/api/private`)),
  opaque: () => describe(fetch(`${other}/api/private`, { mode: "no-cors" })),
  otherOrigin: () => describe(fetch(`${other}/api/open`)),
  keepalive: () => echo("/api/echo", { method: "POST", body: "k", keepalive: true }),
  redirect: () => describe(fetch("/api/redirect")),
  redirectManual: async () => {
    const { status, type, url } = await fetch("/api/redirect", { redirect: "manual" });
    return { status, type, url };
  },
  redirectError: () => settle(fetch("/api/redirect", { redirect: "error" })),
  notFound: () => describe(fetch("/api/missing")),
  integrity: () => settle(fetch("/api/open", { integrity: "sha256-wrong" })),
  onlyIfCached: () => settle(fetch("/api/never", { cache: "only-if-cached", mode: "same-origin" })),
  abortedBefore: () => settle(fetch("/api/echo", { signal: AbortSignal.abort() })),
  abortedWithReason: async () => {
    const reason = { mine: true };
    return fetch("/api/echo", { signal: AbortSignal.abort(reason) }).catch((e) => e === reason);
  },
  abortedDuring: async () => {
    const control = new AbortController();
    const promise = settle(fetch("/api/slow", { signal: control.signal }));
    control.abort();
    return promise;
  },
  abortedInRequest: async () => {
    const control = new AbortController();
    const promise = settle(fetch(new Request("/api/slow", { signal: control.signal })));
    control.abort("by text");
    return promise;
  },
  timeout: () => settle(fetch("/api/slow", { signal: AbortSignal.timeout(50) })),
  abortedWhileReading: async () => {
    const control = new AbortController();
    const response = await fetch("/api/large", { signal: control.signal });
    control.abort();
    return settle(response.text());
  },
  initWithGetter: async () => {
    const init = {
      get method() {
        return "POST";
      },
      get body() {
        return "from a getter";
      },
    };
    return echo("/api/echo", init);
  },
  initOfAClass: () => {
    class Options {
      get method() {
        return "PUT";
      }
      get body() {
        return `of ${this.constructor.name}`;
      }
    }
    return echo("/api/echo", new Options());
  },
  initIsLeftAlone: async () => {
    const init = Object.freeze({ method: "POST", body: "frozen", headers: Object.freeze({}) });
    await fetch("/api/echo", init);
    return Object.keys(init);
  },
  detached: () => {
    const { fetch: loose } = window;
    return describe(loose("/api/echo"));
  },
  wrongThis: () => settle(fetch.call({}, "/api/echo")),
  ofUndefined: () => describe(fetch.call(undefined, "/api/echo")),
  bound: () => describe(fetch.bind(window)("/api/echo")),
  constructed: () => attempt(() => new fetch("/api/echo")),
  promise: () => {
    const promise = fetch("/api/echo");
    return [promise instanceof Promise, promise.constructor === Promise, Object.keys(promise)];
  },
  looks: () => {
    const { writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(window, "fetch");
    const names = Object.getOwnPropertyNames(fetch);
    return {
      ...{ length: fetch.length, name: fetch.name, text: fetch.toString(), type: typeof fetch },
      ...{ writable, enumerable, configurable, names, hasPrototype: "prototype" in fetch },
      isNative: /\[native code\]/.test(Function.prototype.toString.call(fetch)),
      isInstance: fetch instanceof Function,
    };
  },
  unhandled: () =>
    new Promise((resolve) => {
      const seen = [];
      const listener = (event) => {
        event.preventDefault();
        seen.push(said(event.reason));
        setTimeout(() => {
          removeEventListener("unhandledrejection", listener);
          resolve(seen);
        }, 100);
      };
      addEventListener("unhandledrejection", listener);
      fetch("http://127.0.0.1:1/unhandled");
    }),
  handledLater: async () => {
    const seen = [];
    const listener = (event) => seen.push(event.type);
    addEventListener("unhandledrejection", listener);
    const promise = fetch("/api/echo", { signal: AbortSignal.abort() });
    promise.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 50));
    removeEventListener("unhandledrejection", listener);
    return seen;
  },
  wrappedAgain: async () => {
    const before = window.fetch;
    const seen = [];
    window.fetch = function (...args) {
      seen.push(args[0]);
      return before.apply(this, args);
    };
    const result = await describe(fetch("/api/echo?again"));
    window.fetch = before;
    return { seen, result };
  },
};

const EVENTS = [
  "readystatechange",
  "loadstart",
  "progress",
  "load",
  "error",
  "abort",
  "timeout",
  "loadend",
];

/** What a request goes through, seen by handlers and listeners, from before and after `send`. */
function follow(xhr, send) {
  return new Promise((resolve) => {
    const log = [];
    const note = (label) => (event) => {
      log.push(`${label} ${event.type} ${xhr.readyState} ${xhr.status}`);
      if (label === "after" && event.type === "loadend") setTimeout(() => resolve(log), 20);
    };
    for (const type of EVENTS) {
      // How often progress is told depends on the network.
      if (type === "progress") continue;
      xhr.addEventListener(type, note("before"));
      xhr[`on${type}`] = note("handler");
    }
    send(xhr);
    for (const type of EVENTS) if (type !== "progress") xhr.addEventListener(type, note("after"));
  });
}
const opened = (method, url, ...rest) => {
  const xhr = new XMLHttpRequest();
  xhr.open(method, url, ...rest);
  return xhr;
};
const answerOf = async (xhr, body) => {
  const log = await follow(xhr, () => xhr.send(body));
  const { status, statusText, responseURL, readyState, responseType } = xhr;
  const text = attempt(() => xhr.responseText);
  const own = Object.getOwnPropertyNames(xhr).filter((name) => !name.startsWith("on"));
  return { log, status, statusText, responseURL, readyState, responseType, text, own };
};

window.xhrCases = {
  get: () => answerOf(opened("GET", "/api/echo?x")),
  url: () => answerOf(opened("get", new URL("/api/echo", location.href))),
  post: () => answerOf(opened("POST", "/api/echo"), "body"),
  form: async () => {
    const form = new FormData();
    form.append("a", "b");
    return (await answerOf(opened("POST", "/api/echo"), form)).status;
  },
  json: async () => {
    const xhr = opened("GET", "/api/echo");
    xhr.responseType = "json";
    const { log } = await answerOf(xhr);
    return { log, response: xhr.response.method, text: attempt(() => xhr.responseText) };
  },
  arrayBuffer: async () => {
    const xhr = opened("GET", "/api/large");
    xhr.responseType = "arraybuffer";
    await answerOf(xhr);
    return xhr.response.byteLength;
  },
  headers: async () => {
    const xhr = opened("GET", "/api/echo");
    xhr.setRequestHeader("X-Test", "a");
    xhr.setRequestHeader("X-Test", "b");
    const { text } = await answerOf(xhr);
    const names = xhr
      .getAllResponseHeaders()
      .split("\r\n")
      .map((line) => line.split(":")[0])
      .sort();
    return { text, names, late: attempt(() => xhr.setRequestHeader("x", "y")) };
  },
  notFound: () => answerOf(opened("GET", "/api/missing")),
  redirect: () => answerOf(opened("GET", "/api/redirect")),
  networkError: () => answerOf(opened("GET", "http://127.0.0.1:1/")),
  forbiddenByCors: () => answerOf(opened("GET", `${other}/api/private`)),
  timeout: () => {
    const xhr = opened("GET", "/api/slow");
    xhr.timeout = 50;
    return answerOf(xhr);
  },
  abort: () => {
    const xhr = opened("GET", "/api/slow");
    return follow(xhr, () => {
      xhr.send();
      setTimeout(() => xhr.abort(), 20);
    });
  },
  abortUnsent: () => {
    const xhr = opened("GET", "/api/echo");
    xhr.abort();
    return [xhr.readyState, attempt(() => xhr.send())];
  },
  openedAgainInFlight: async () => {
    const xhr = opened("GET", "/api/slow");
    xhr.send();
    xhr.open("GET", "/api/echo?second");
    return answerOf(xhr);
  },
  reused: async () => {
    const xhr = opened("GET", "/api/echo?one");
    await new Promise((resolve) => {
      xhr.onloadend = resolve;
      xhr.send();
    });
    xhr.open("POST", "/api/echo?two");
    return answerOf(xhr, "two");
  },
  sendTwice: () => {
    const xhr = opened("GET", "/api/echo");
    xhr.send();
    return attempt(() => xhr.send());
  },
  sendUnopened: () => attempt(() => new XMLHttpRequest().send()),
  sync: () => {
    const xhr = opened("GET", "/api/echo?sync", false);
    const seen = [];
    for (const type of EVENTS) xhr.addEventListener(type, () => seen.push(type));
    return { result: attempt(() => xhr.send()), seen, status: xhr.status, text: xhr.responseText };
  },
  syncError: () => {
    const xhr = opened("GET", "http://127.0.0.1:1/", false);
    return [attempt(() => xhr.send()), xhr.readyState, xhr.status];
  },
  brokenUrl: () => attempt(() => opened("GET", "http://[")),
  forbiddenMethod: () => attempt(() => opened("TRACE", "/")),
  fewArguments: () => attempt(() => new XMLHttpRequest().open("GET")),
  wrongThis: () =>
    ["open", "send"].map((name) => attempt(() => XMLHttpRequest.prototype[name].call({}))),
  subclass: async () => {
    class Mine extends XMLHttpRequest {
      open(...args) {
        super.open(...args);
        this.wasOpened = true;
      }
      send(body) {
        super.send(body && `${body}, by a subclass`);
      }
    }
    const xhr = new Mine();
    xhr.open("POST", "/api/echo");
    const { text } = await answerOf(xhr, "sent");
    return { text, wasOpened: xhr.wasOpened, isMine: xhr instanceof Mine };
  },
  credentials: () => answerOf(opened("GET", "/api/echo", true, "user", "password")),
  uploadListeners: async () => {
    const xhr = opened("POST", "/api/echo");
    const seen = [];
    for (const type of ["loadstart", "load", "loadend"])
      xhr.upload.addEventListener(type, () => seen.push(type));
    await answerOf(xhr, "upload");
    return seen;
  },
  wrappedAgain: async () => {
    const { send } = XMLHttpRequest.prototype;
    let times = 0;
    XMLHttpRequest.prototype.send = function (...args) {
      times++;
      return send.apply(this, args);
    };
    const { status } = await answerOf(opened("GET", "/api/echo"));
    XMLHttpRequest.prototype.send = send;
    return { times, status };
  },
  looks: () =>
    ["open", "send", "setRequestHeader", "abort"].map((name) => {
      const method = XMLHttpRequest.prototype[name];
      const { writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(
        XMLHttpRequest.prototype,
        name,
      );
      const { length, name: own } = method;
      return { length, own, text: method.toString(), writable, enumerable, configurable };
    }),
};

window.runCase = async (group, name) => {
  try {
    return JSON.stringify(await window[group][name](), null, 1);
  } catch (error) {
    return `threw ${said(error)}`;
  }
};
