import { init } from "@paceline/agent";

init({ site: "academy", endpoint: "https://rum.example.com" });
