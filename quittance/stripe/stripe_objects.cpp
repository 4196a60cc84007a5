#include "quittance/stripe/stripe_objects.hpp"

namespace quittance {

Json payment_intent_template() {
    return Json::parse(R"json({
        "id": "", "object": "payment_intent", "amount": 0, "amount_capturable": 0, "amount_details": {"tip": {}},
        "amount_received": 0, "application": null, "application_fee_amount": null,
        "automatic_payment_methods": {"allow_redirects": "always", "enabled": true},
        "canceled_at": null, "cancellation_reason": null, "capture_method": "automatic_async",
        "client_secret": null, "confirmation_method": "automatic", "created": 0, "currency": "",
        "customer": null, "customer_account": null, "description": null, "excluded_payment_method_types": null,
        "last_payment_error": null, "latest_charge": null, "livemode": false, "managed_payments": {"enabled": false}, "metadata": {}, "next_action": null,
        "on_behalf_of": null, "payment_method": null, "payment_method_configuration_details": null,
        "payment_method_options": {"card": {"installments": null, "mandate_options": null, "network": null,
            "request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"], "processing": null, "receipt_email": null, "review": null,
        "setup_future_usage": null, "shipping": null, "source": null, "statement_descriptor": null,
        "statement_descriptor_suffix": null, "status": "", "transfer_data": null, "transfer_group": null})json");
}

Json charge_template() {
    return Json::parse(R"json({
        "id": "", "object": "charge", "amount": 0, "amount_captured": 0, "amount_refunded": 0, "application": null,
        "application_fee": null, "application_fee_amount": null, "balance_transaction": null,
        "billing_details": {"address": {"city": null, "country": "FR", "line1": null, "line2": null,
            "postal_code": null, "state": null}, "email": null, "name": "Ada Example", "phone": null, "tax_id": null},
        "calculated_statement_descriptor": "QUITTANCE", "captured": false, "created": 0, "currency": "",
        "customer": null, "description": null, "destination": null, "dispute": null, "disputed": false,
        "failure_balance_transaction": null, "failure_code": null, "failure_message": null, "fraud_details": {},
        "livemode": false, "metadata": {}, "on_behalf_of": null, "order": null,
        "outcome": {"advice_code": null, "network_advice_code": null, "network_decline_code": null,
            "network_status": "approved_by_network", "reason": null, "risk_level": "normal", "risk_score": 21,
            "seller_message": "Payment complete.", "type": "authorized"},
        "paid": true, "payment_intent": null, "payment_method": null,
        "payment_method_details": {"card": {"amount_authorized": null, "authorization_code": null, "brand": "visa",
            "checks": {"address_line1_check": null, "address_postal_code_check": null, "cvc_check": "pass"},
            "country": "US", "exp_month": 8, "exp_year": 2030, "extended_authorization": {"status": "disabled"},
            "fingerprint": "q0Ak8vQuittance7", "funding": "credit",
            "incremental_authorization": {"status": "unavailable"}, "installments": null, "last4": "4242",
            "mandate": null, "multicapture": {"status": "unavailable"}, "network": "visa",
            "network_token": {"used": false}, "network_transaction_id": null,
            "overcapture": {"maximum_amount_capturable": 0, "status": "unavailable"}, "regulated_status": "unregulated",
            "three_d_secure": null, "wallet": null}, "type": "card"},
        "radar_options": {}, "receipt_email": null, "receipt_number": null, "receipt_url": null, "refunded": false,
        "review": null, "shipping": null, "source": null, "source_transfer": null, "statement_descriptor": null,
        "statement_descriptor_suffix": null, "status": "succeeded", "transfer_data": null,
        "transfer_group": null})json");
}

Json refund_template() {
    return Json::parse(R"json({
        "id": "", "object": "refund", "amount": 0, "balance_transaction": null, "charge": null, "created": 0,
        "currency": "", "customer": null, "customer_account": null,
        "destination_details": {"card": {"reference_status": "pending", "reference_type": "acquirer_reference_number",
            "type": "refund"}, "type": "card"},
        "metadata": {}, "payment_intent": null, "payment_method": null, "reason": "requested_by_customer",
        "receipt_number": null, "source_transfer_reversal": null, "status": "succeeded",
        "transfer_reversal": null})json");
}

Json dispute_template() {
    return Json::parse(R"json({
        "id": "", "object": "dispute", "amount": 0, "balance_transactions": [], "charge": null, "created": 0,
        "currency": "", "enhanced_eligibility_types": [],
        "evidence": {"access_activity_log": null, "billing_address": null, "cancellation_policy": null,
            "cancellation_policy_disclosure": null, "cancellation_rebuttal": null, "customer_communication": null,
            "customer_email_address": null, "customer_name": "Ada Example", "customer_purchase_ip": null,
            "customer_signature": null, "duplicate_charge_documentation": null, "duplicate_charge_explanation": null,
            "duplicate_charge_id": null, "enhanced_evidence": {}, "product_description": null, "receipt": null,
            "refund_policy": null, "refund_policy_disclosure": null, "refund_refusal_explanation": null,
            "service_date": null, "service_documentation": null, "shipping_address": null, "shipping_carrier": null,
            "shipping_date": null, "shipping_documentation": null, "shipping_tracking_number": null,
            "uncategorized_file": null, "uncategorized_text": null},
        "evidence_details": {"due_by": 0, "enhanced_eligibility": {}, "has_evidence": false, "past_due": false,
            "submission_count": 0},
        "is_charge_refundable": false, "livemode": false, "metadata": {}, "payment_intent": null,
        "payment_method_details": {"card": {"brand": "visa", "case_type": "chargeback", "network": "visa",
            "network_reason_code": "10.4"}, "type": "card"},
        "reason": "fraudulent", "status": ""})json");
}

Json checkout_session_template() {
    return Json::parse(R"json({
        "id": "", "object": "checkout.session", "adaptive_pricing": {"enabled": false}, "after_expiration": null,
        "allow_promotion_codes": null, "amount_subtotal": 0, "amount_total": 0,
        "automatic_tax": {"enabled": false, "liability": null, "provider": null, "status": null},
        "billing_address_collection": null, "cancel_url": "https://example.com/cancel", "client_reference_id": null,
        "client_secret": null, "collected_information": null, "consent": null, "consent_collection": null,
        "created": 0, "currency": "", "currency_conversion": null, "custom_fields": [],
        "custom_text": {"after_submit": null, "shipping_address": null, "submit": null,
            "terms_of_service_acceptance": null},
        "customer": null, "customer_account": null, "customer_creation": "if_required",
        "customer_details": {"address": {"city": null, "country": "FR", "line1": null, "line2": null,
            "postal_code": null, "state": null}, "business_name": null, "email": "ada@example.com",
            "individual_name": null, "name": "Ada Example", "phone": null, "tax_exempt": "none", "tax_ids": []},
        "customer_email": null, "discounts": [], "expires_at": 0, "invoice": null,
        "integration_identifier": null, "invoice_creation": {"enabled": false, "invoice_data": {"account_tax_ids": null, "custom_fields": null,
            "description": null, "footer": null, "issuer": null, "metadata": {}, "rendering_options": null}},
        "livemode": false, "locale": null, "managed_payments": {"enabled": false}, "metadata": {}, "mode": "payment", "origin_context": null,
        "payment_intent": null, "payment_link": null, "payment_method_collection": "if_required",
        "payment_method_configuration_details": null,
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"], "payment_status": "", "permissions": null,
        "phone_number_collection": {"enabled": false}, "recovered_from": null, "saved_payment_method_options": null,
        "setup_intent": null, "shipping_address_collection": null, "shipping_cost": null, "shipping_options": [],
        "status": "", "submit_type": null, "subscription": null, "success_url": "https://example.com/success",
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0}, "ui_mode": "hosted",
        "url": null, "wallet_options": null})json");
}

}  // namespace quittance
