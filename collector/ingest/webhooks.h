// What the webhooks of others tell, as reports of conversions. Only fields that are needed are
// read; names, addresses and cards, which these messages carry too, never are.
//
// Each answers the reports in the order in which they have to be stored, none when the message is
// of a kind that says nothing of conversions, and InvalidArgument when it is not such a message.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "collector/ingest/external_conversion.h"

namespace paceline::ingest {

// Stripe. The reference is the Checkout Session's client_reference_id.
// - checkout.session.completed, once it is paid, or ….async_payment_succeeded: purchase_completed,
//   or subscription_started in the mode "subscription"
// - invoice.paid for a further period: subscription_renewed
// - customer.subscription.deleted: subscription_ended
// - charge.refunded: a refund of what was refunded since the last time
absl::StatusOr<std::vector<ConversionReport>> ReadStripeEvent(std::string_view body);

// Calendly. The reference is the invitee's tracking.utm_content.
// - invitee.created: consultation_booked, with what was paid
// - invitee.canceled: takes the booking back; a moved one is cancelled and booked anew
absl::StatusOr<std::vector<ConversionReport>> ReadCalendlyEvent(std::string_view body);

// WooCommerce. The reference is the order's meta data "paceline_ref". `topic`: X-WC-Webhook-Topic.
// - order.created, order.updated, once it is paid: purchase_completed, and its refunds
absl::StatusOr<std::vector<ConversionReport>> ReadWooCommerceOrder(std::string_view body,
                                                                   std::string_view topic);

// WooCommerce asks once, unsigned, whether anybody is there when a webhook is made.
bool IsWooCommercePing(std::string_view body);

}  // namespace paceline::ingest
