// Takes over from the address what is bought and for whom: the reference is the session's, put into the link by the
// agent on the academy's page. A hosted checkout keeps it with the payment and hands it back in its webhook.
const PLANS = {
  course: ["Course", "€120.00, once"],
  coach: ["Coach", "€69.00 a month"],
  club: ["Club", "€19.00 a month"],
};

const asked = new URLSearchParams(location.search);
const plan = asked.get("plan") in PLANS ? asked.get("plan") : "club";
const [name, price] = PLANS[plan];
document.querySelector("#name").textContent = name;
document.querySelector("#price").textContent = price;
document.querySelector("#plan").value = plan;
document.querySelector("#reference").value = asked.get("paceline_ref") ?? "";
