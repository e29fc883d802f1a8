// The example of docs/agent.md, as it stands there; conversions.test.mjs runs it.

/**
 * Tells of a purchase.
 *
 * @param {string} endpoint base URL of the collector
 * @param {string} token `conversions.token` of its settings
 * @param {string} reference what the checkout was given
 */
export async function tellOfPurchase(endpoint, token, reference) {
  const answer = await fetch(`${endpoint}/v1/conversions`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({
      site: "academy",
      id: "order-1017",
      reference,
      type: "purchase_completed",
      value: "120.00",
      currency: "EUR",
      attributes: { course: "first-marathon" },
    }),
  });
  return answer.status;
}
