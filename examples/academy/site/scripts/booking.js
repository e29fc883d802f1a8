// The booking form. What the visitor types stays in this tab: it is handed to the confirmation page through
// sessionStorage and never becomes part of a URL.
import { planUntil } from "/scripts/plan.js";

const SCHEDULE_MS = 560;
const COACHES = {
  "first-marathon": "Ines Albrecht",
  "faster-5k": "Tomas Ferreira",
  "into-the-hills": "Maren Holt",
  "back-from-injury": "Ines Albrecht",
  unsure: "Maren Holt",
};
const TIMES = ["07:30", "12:10", "12:40", "18:00", "19:20", "20:10"];

const form = document.querySelector("#booking");
const slots = document.querySelector("#slots");
const message = document.querySelector("#message");

const asked = new URLSearchParams(location.search).get("course");
if (asked !== null && asked in COACHES) form.elements.course.value = asked;

/** The six free times of a week, as { value, day, time }, counted from the Monday `week` weeks ahead of `today`. */
function freeTimes(today, week) {
  const monday = new Date(today);
  monday.setDate(today.getDate() + ((8 - today.getDay()) % 7 || 7) + week * 7);
  return TIMES.map((time, index) => {
    const date = new Date(monday);
    date.setDate(monday.getDate() + Math.floor(index * 0.8));
    const day = date.toLocaleDateString("en-GB", {
      weekday: "short",
      day: "numeric",
      month: "short",
    });
    return { value: `${day}, ${time}`, day, time };
  });
}

function slotLabel({ value, day, time }) {
  const input = document.createElement("input");
  input.type = "radio";
  input.name = "slot";
  input.value = value;
  const text = document.createElement("span");
  text.append(day, document.createElement("br"), time);
  const label = document.createElement("label");
  label.append(input, text);
  return label;
}

function say(text, wrong = false) {
  message.textContent = text;
  message.classList.toggle("wrong", wrong);
}

document.querySelector("#check").addEventListener("click", () => {
  // Plans everybody's season once more before it looks at the diary, and does it here, on the main thread.
  planUntil(SCHEDULE_MS);
  slots.replaceChildren(...freeTimes(new Date(), Number(form.elements.week.value)).map(slotLabel));
  document.querySelector("#slots-label").hidden = false;
  say("");
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const values = new FormData(form);
  if (!values.get("slot")) {
    say("Check availability and choose a time first.", true);
    document.querySelector("#check").focus();
    return;
  }
  for (const [name, text] of [
    ["name", "What may we call you?"],
    ["email", "We need an e-mail address we can answer to."],
  ]) {
    const field = form.elements[name];
    field.removeAttribute("aria-invalid");
    if (field.checkValidity()) continue;
    field.setAttribute("aria-invalid", "true");
    field.focus();
    say(text, true);
    return;
  }
  const course = form.elements.course;
  sessionStorage.setItem(
    "northfold.booking",
    JSON.stringify({
      name: values.get("name"),
      slot: values.get("slot"),
      course: course.options[course.selectedIndex].text,
      coach: COACHES[course.value],
      number: 100 + (crypto.getRandomValues(new Uint16Array(1))[0] % 900),
    }),
  );
  // The form may be refused above, so the conversion is told here, and not by an attribute of the form.
  document.dispatchEvent(
    new CustomEvent("paceline:conversion", { detail: { type: "consultation_booked" } }),
  );
  location.assign("/confirmation.html");
});
