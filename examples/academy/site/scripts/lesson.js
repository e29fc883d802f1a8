// The lesson: "Mark as complete" and the comments that come late.
import { planUntil } from "/scripts/plan.js";

const PLAN_MS = 320;
const COMMENTS_DELAY_MS = 900;

const button = document.querySelector("#complete");
const status = document.querySelector("#complete-status");

button.addEventListener("click", () => {
  planUntil(PLAN_MS);
  document.querySelector("#progress").style.setProperty("--done", "50%");
  status.textContent = "Done, four of eight. “Breakfast” is open for you.";
  button.textContent = "Completed";
  button.disabled = true;
});

function commentItem({ name, text }) {
  const initials = document.createElement("span");
  initials.className = "initials";
  initials.setAttribute("aria-hidden", "true");
  initials.textContent = name
    .split(" ")
    .map((word) => word[0])
    .join("");
  const author = document.createElement("strong");
  author.textContent = name;
  const paragraph = document.createElement("p");
  paragraph.textContent = text;
  const words = document.createElement("div");
  words.append(author, paragraph);
  const item = document.createElement("li");
  item.append(initials, words);
  return item;
}

async function showComments() {
  const answer = await fetch("/data/comments.json");
  if (!answer.ok) return;
  const heading = document.createElement("h2");
  heading.textContent = "What runners wrote";
  const list = document.createElement("ul");
  list.append(...(await answer.json()).map(commentItem));
  document.querySelector("#comments").append(heading, list);
}

setTimeout(showComments, COMMENTS_DELAY_MS);
