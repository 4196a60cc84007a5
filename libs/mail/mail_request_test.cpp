#include "mail/mail_request.hpp"

#include <gtest/gtest.h>

#include "mail/mime.hpp"
#include "mail/templates.hpp"

namespace mail {
namespace {

const std::string kShop = "https://shop.example";

Request a_request(Template which) {
    return {.which = which,
            .to = {.email = "ada@example.com", .name = "Ada"},
            .locale = "en",
            .variables = {{"token", "a-b_c"},
                          {"order", "ord_1"},
                          {"total", "42.00 EUR"},
                          {"carrier", "DHL"},
                          {"tracking_number", "0034"}}};
}

TEST(MailRequest, IsReadAsItWasWritten) {
    auto request = a_request(Template::order_shipped);
    request.to.name = "Åda \"the\" O'Neil";
    const auto read = read_request(to_json(request));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->which, request.which);
    EXPECT_EQ(read->to.name, request.to.name);
    EXPECT_EQ(read->variables, request.variables);
}

TEST(MailRequest, IsRefusedWithAllItsFaults) {
    const auto read =
        read_request(R"({"template":"spam","to":{"email":"a@b.co\r\nBcc: x@y.zz","name":"A\nBcc: x@y.zz"},)"
                     R"("variables":{"token":"a\nb"}})");
    ASSERT_FALSE(read);
    std::vector<std::string> fields;
    for (const auto& error : read.error().fields) fields.push_back(error.field);
    EXPECT_EQ(fields, (std::vector<std::string>{"data.variables.token", "data.template", "data.to.email",
                                                "data.to.name"}));
    EXPECT_FALSE(read_request("{}"));
    EXPECT_FALSE(read_request("nonsense"));
}

TEST(MailText, IsWrittenInEveryLanguageWithoutAPlaceholderLeft) {
    for (const auto& [which, name] : kTemplates) {
        for (const auto* locale : {"en", "fr-CA", "de", "ja", ""}) {
            auto request = a_request(which);
            request.locale = locale;
            const auto text = write(request, kShop);
            ASSERT_TRUE(text) << name << locale;
            EXPECT_EQ((text->subject + text->plain + text->html).find_first_of("{}"), std::string::npos)
                << name << locale;
            EXPECT_NE(text->plain.find(kShop), std::string::npos) << name << locale;
        }
    }
}

TEST(MailText, SpeaksTheReadersLanguage) {
    auto request = a_request(Template::order_canceled);
    EXPECT_EQ(write(request, kShop)->subject, "Your order is canceled");
    request.locale = "fr-FR";
    EXPECT_EQ(write(request, kShop)->subject, "Votre commande est annulée");
    request.locale = "de";
    EXPECT_EQ(write(request, kShop)->subject, "Ihre Bestellung ist storniert");
    request.locale = "denmark";
    EXPECT_EQ(write(request, kShop)->subject, "Your order is canceled");
}

TEST(MailText, EscapesWhatOthersWrote) {
    auto request = a_request(Template::email_verification);
    request.to.name = "<script>alert(1)</script>";
    request.variables["token"] = "a b&c\"<";
    const auto text = write(request, kShop);
    ASSERT_TRUE(text);
    EXPECT_EQ(text->html.find("<script>"), std::string::npos);
    EXPECT_NE(text->html.find("&lt;script&gt;"), std::string::npos);
    EXPECT_NE(text->plain.find("/verify-email?token=a%20b%26c%22%3C\n"), std::string::npos);
}

TEST(MailText, IsRefusedWithoutItsVariables) {
    auto request = a_request(Template::password_reset);
    request.variables.clear();
    EXPECT_EQ(write(request, kShop).error().fields.at(0).field, "data.variables.token");
    request.which = Template::order_paid;
    EXPECT_EQ(write(request, kShop).error().fields.size(), 2U);
}

TEST(MailText, LeavesOutWhatIsNotKnown) {
    auto request = a_request(Template::order_shipped);
    request.variables["tracking_number"] = "";
    request.to.name = "";
    const auto text = write(request, kShop);
    ASSERT_TRUE(text);
    EXPECT_EQ(text->plain.find("Tracking"), std::string::npos);
    EXPECT_TRUE(text->plain.starts_with("Hello,\n"));
}

// ---- RFC 5322

Message a_message() {
    return {.id = "evn_1",
            .date = *core::parse_rfc3339("2026-11-21T05:47:52Z"),
            .from = {.email = "shop@example.com", .name = "The Shop"},
            .to = {.email = "ada@example.com", .name = "Ada"},
            .text = {.subject = "Hello", .plain = "Hello Ada,\n\nwelcome.\n", .html = "<p>Hello</p>\n"}};
}

std::string head_of(const std::string& mail) {
    return mail.substr(0, mail.find("\r\n\r\n"));
}

TEST(MailMessage, HasTheHeadersAMailHas) {
    EXPECT_EQ(head_of(compose(a_message())),
              "Date: Sat, 21 Nov 2026 05:47:52 +0000\r\n"
              "From: \"The Shop\"\r\n <shop@example.com>\r\n"
              "To: \"Ada\"\r\n <ada@example.com>\r\n"
              "Subject: Hello\r\n"
              "Message-ID: <evn_1@example.com>\r\n"
              "Auto-Submitted: auto-generated\r\n"
              "MIME-Version: 1.0\r\n"
              "Content-Type: multipart/alternative; boundary=\"=_evn_1\"");
}

TEST(MailMessage, TakesNoHeaderFromNamesOrSubject) {
    auto message = a_message();
    message.to.name = "Ada\r\nBcc: eve@example.com\r\n\r\nHello";
    message.to.email = "ada@example.com\r\nBcc: eve@example.com";
    message.from.name = "\"\r\nBcc: eve@example.com";
    message.text.subject = "Hello\nBcc: eve@example.com";
    const auto head = head_of(compose(message));
    EXPECT_EQ(head.find("\nBcc"), std::string::npos) << head;
    EXPECT_NE(head.find("MIME-Version"), std::string::npos) << head;
}

TEST(MailMessage, QuotesWhatAHeaderWouldTakeForMore) {
    auto message = a_message();
    message.to.name = R"(Ada "the first" <ada@evil.example>, x\y)";
    EXPECT_NE(compose(message).find(
                  "To: \"Ada \\\"the first\\\" <ada@evil.example>, x\\\\y\"\r\n <ada@example.com>\r\n"),
              std::string::npos);
}

TEST(MailMessage, EncodesWordsWithoutCuttingACharacter) {
    EXPECT_EQ(encode_words("plain"), "plain");
    EXPECT_EQ(encode_words("Bestätigt"), "=?UTF-8?B?QmVzdMOkdGlndA==?=");
    std::string name;
    for (int i = 0; i < 40; ++i) name += "😀";
    const auto words = encode_words(name);
    std::size_t start = 0;
    for (auto end = words.find("\r\n "); start < words.size(); end = words.find("\r\n ", start)) {
        const auto word = words.substr(start, end - start);
        EXPECT_LE(word.size(), 75U);
        // 11 characters of 4 bytes each: a multiple of 4 bytes, 44, is 60 characters of base64.
        EXPECT_TRUE(word.starts_with("=?UTF-8?B?8J+Y")) << word;
        if (end == std::string::npos) break;
        start = end + 3;
    }
}

TEST(MailMessage, HasNoLineThatIsTooLong) {
    auto message = a_message();
    message.text.plain = "Hello " + std::string(3000, 'x') + " and " + std::string(500, 'y') + "\n";
    for (int i = 0; i < 100; ++i) message.text.plain += "many words ";
    const auto mail = compose(message);
    for (std::size_t start = 0; start < mail.size();) {
        const auto end = mail.find("\r\n", start);
        ASSERT_NE(end, std::string::npos);
        EXPECT_LE(end - start, 998U);
        start = end + 2;
    }
}

}  // namespace
}  // namespace mail
