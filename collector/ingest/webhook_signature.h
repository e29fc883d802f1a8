// Whether a webhook comes from whom it says: HMAC-SHA256 of its body with a shared secret, as
// Stripe, Calendly and WooCommerce sign.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace paceline::ingest {

// Older messages are refused, so that one which was overheard cannot be sent again for ever.
inline constexpr uint64_t kWebhookToleranceMs = 5 * 60 * 1000;

// What is wrong with "t=1700000000,v1=hex…" (Stripe-Signature, Calendly-Webhook-Signature), the
// HMAC of "t.body"; several v1 may be given while a secret is being changed. Empty: nothing.
std::string CheckTimedSignature(std::string_view header, std::string_view body,
                                std::string_view secret, uint64_t now_unix_ms);

// What is wrong with the base64 of the body's HMAC (X-WC-Webhook-Signature). Empty: nothing.
std::string CheckBodySignature(std::string_view header, std::string_view body,
                               std::string_view secret);

// "t=…,v1=…" for a body that is sent at `unix_seconds`: what the demo's checkout signs with.
std::string MakeTimedSignature(std::string_view body, std::string_view secret,
                               uint64_t unix_seconds);

}  // namespace paceline::ingest
