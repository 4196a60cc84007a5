#include "mail/templates.hpp"

#include <array>
#include <optional>
#include <vector>

namespace mail {
namespace {

// `{name}` stands for a variable. A paragraph whose variable is empty is left out.
struct Words {
    std::string_view subject;
    std::array<std::string_view, 3> paragraphs;
    std::string_view link;  // what the link is called; empty where there is none
};

struct Language {
    std::string_view code;
    std::string_view greeting;
    std::string_view nameless_greeting;
    std::string_view closing;
    std::array<Words, kTemplates.size()> words;  // in the order of Template
};

constexpr std::array<Language, 3> kLanguages{{
    {"en",
     "Hello {name},",
     "Hello,",
     "Kind regards",
     {{{"Please confirm your e-mail address",
        {"please confirm that this is your e-mail address. The link works for a limited time, and once.",
         "If you did not ask for this, you need not do anything.", ""},
        "Confirm the address"},
       {"Choose a new password",
        {"you asked for a new password. With this link you can choose one; it works for a short time, and "
         "once.",
         "If you did not ask for this, you need not do anything: your password stays as it is.", ""},
        "Choose a new password"},
       {"You have an account already",
        {"somebody – perhaps you – wanted to register with this e-mail address. You have an account already.",
         "If it was you, just log in; if you forgot your password, you can choose a new one there. If it was "
         "not "
         "you, you need not do anything.",
         ""},
        "Log in"},
       {"Your e-mail address is to be changed",
        {"another e-mail address was given for your account. It takes the place of this one as soon as it is "
         "confirmed.",
         "If it was not you, please log in, choose a new password and take the change back.", ""},
        "Log in"},
       {"We have received your payment",
        {"thank you! Your order {order} is paid: {total}.", "We tell you when it is on its way.", ""},
        "See the order"},
       {"Your order is on its way",
        {"your order {order} has left us with {carrier}.", "Tracking number: {tracking_number}", ""},
        "See the order"},
       {"Your order is canceled",
        {"your order {order} is canceled.", "If this comes as a surprise, please answer this mail.", ""},
        "See the order"}}}},
    {"fr",
     "Bonjour {name},",
     "Bonjour,",
     "Cordialement",
     {{{"Veuillez confirmer votre adresse e-mail",
        {"veuillez confirmer que cette adresse e-mail est bien la vôtre. Le lien fonctionne une seule fois "
         "et pour "
         "une durée limitée.",
         "Si vous n'êtes pas à l'origine de cette demande, vous n'avez rien à faire.", ""},
        "Confirmer l'adresse"},
       {"Choisissez un nouveau mot de passe",
        {"vous avez demandé un nouveau mot de passe. Ce lien vous permet d'en choisir un ; il fonctionne une "
         "seule "
         "fois et peu de temps.",
         "Si vous n'êtes pas à l'origine de cette demande, vous n'avez rien à faire : votre mot de passe "
         "reste "
         "inchangé.",
         ""},
        "Choisir un nouveau mot de passe"},
       {"Vous avez déjà un compte",
        {"quelqu'un – peut-être vous – a voulu s'inscrire avec cette adresse e-mail. Vous avez déjà un "
         "compte.",
         "Si c'était vous, connectez-vous ; si vous avez oublié votre mot de passe, vous pourrez en choisir "
         "un "
         "nouveau. Sinon, vous n'avez rien à faire.",
         ""},
        "Se connecter"},
       {"Votre adresse e-mail va changer",
        {"une autre adresse e-mail a été indiquée pour votre compte. Elle remplacera celle-ci dès qu'elle "
         "sera "
         "confirmée.",
         "Si ce n'était pas vous, connectez-vous, choisissez un nouveau mot de passe et annulez ce "
         "changement.",
         ""},
        "Se connecter"},
       {"Nous avons reçu votre paiement",
        {"merci ! Votre commande {order} est payée : {total}.", "Nous vous préviendrons de son expédition.",
         ""},
        "Voir la commande"},
       {"Votre commande est en route",
        {"votre commande {order} a été remise à {carrier}.", "Numéro de suivi : {tracking_number}", ""},
        "Voir la commande"},
       {"Votre commande est annulée",
        {"votre commande {order} est annulée.", "Si cela vous surprend, répondez simplement à ce message.",
         ""},
        "Voir la commande"}}}},
    {"de",
     "Guten Tag {name},",
     "Guten Tag,",
     "Mit freundlichen Grüßen",
     {{{"Bitte bestätigen Sie Ihre E-Mail-Adresse",
        {"bitte bestätigen Sie, dass dies Ihre E-Mail-Adresse ist. Der Link gilt einmal und für begrenzte "
         "Zeit.",
         "Wenn Sie das nicht veranlasst haben, brauchen Sie nichts zu tun.", ""},
        "Adresse bestätigen"},
       {"Wählen Sie ein neues Passwort",
        {"Sie haben um ein neues Passwort gebeten. Mit diesem Link können Sie eines wählen; er gilt einmal "
         "und für "
         "kurze Zeit.",
         "Wenn Sie das nicht veranlasst haben, brauchen Sie nichts zu tun: Ihr Passwort bleibt, wie es ist.",
         ""},
        "Neues Passwort wählen"},
       {"Sie haben bereits ein Konto",
        {"jemand – vielleicht Sie – wollte sich mit dieser E-Mail-Adresse anmelden. Sie haben bereits ein "
         "Konto.",
         "Wenn Sie es waren, melden Sie sich einfach an; falls Sie Ihr Passwort vergessen haben, können Sie "
         "dort ein "
         "neues wählen. Wenn nicht, brauchen Sie nichts zu tun.",
         ""},
        "Anmelden"},
       {"Ihre E-Mail-Adresse soll geändert werden",
        {"für Ihr Konto wurde eine andere E-Mail-Adresse angegeben. Sie tritt an die Stelle dieser, sobald "
         "sie "
         "bestätigt ist.",
         "Wenn Sie das nicht waren, melden Sie sich bitte an, wählen Sie ein neues Passwort und nehmen Sie "
         "die Änderung "
         "zurück.",
         ""},
        "Anmelden"},
       {"Ihre Zahlung ist eingegangen",
        {"vielen Dank! Ihre Bestellung {order} ist bezahlt: {total}.",
         "Wir melden uns, sobald sie unterwegs ist.", ""},
        "Bestellung ansehen"},
       {"Ihre Bestellung ist unterwegs",
        {"Ihre Bestellung {order} hat unser Haus mit {carrier} verlassen.",
         "Sendungsnummer: {tracking_number}", ""},
        "Bestellung ansehen"},
       {"Ihre Bestellung ist storniert",
        {"Ihre Bestellung {order} ist storniert.",
         "Falls Sie das überrascht, antworten Sie einfach auf diese Mail.", ""},
        "Bestellung ansehen"}}}},
}};

const Language& language_of(std::string_view locale) {
    const auto code = locale.substr(0, locale.find('-'));
    for (const auto& language : kLanguages) {
        if (language.code == code) return language;
    }
    return kLanguages[0];
}

// ---- filling in

using Variables = std::map<std::string, std::string>;

struct Filled {
    std::string text;
    bool empty_variable = false;  // one of those in it was
    std::vector<core::FieldError> missing = {};
};

Filled fill(std::string_view words, const Variables& variables) {
    Filled filled;
    while (true) {
        const auto open = words.find('{');
        filled.text += words.substr(0, open);
        if (open == std::string_view::npos) return filled;
        const auto close = words.find('}', open);
        const std::string name{words.substr(open + 1, close - open - 1)};
        const auto found = variables.find(name);
        if (found == variables.end()) {
            filled.missing.push_back({"data.variables." + name, "is required"});
        } else {
            filled.text += found->second;
            filled.empty_variable |= found->second.empty();
        }
        words.remove_prefix(close + 1);
    }
}

std::string escape_html(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        switch (c) {
            case '&': escaped += "&amp;"; break;
            case '<': escaped += "&lt;"; break;
            case '>': escaped += "&gt;"; break;
            case '"': escaped += "&quot;"; break;
            case '\'': escaped += "&#39;"; break;
            default: escaped += c;
        }
    }
    return escaped;
}

std::string escape_url(std::string_view text) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string escaped;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           c == '-' || c == '_' || c == '.' || c == '~';
        if (plain) {
            escaped += c;
        } else {
            escaped += {'%', kHex[byte >> 4U], kHex[byte & 15U]};
        }
    }
    return escaped;
}

std::string variable(const Request& request, const char* name) {
    const auto found = request.variables.find(name);
    return found == request.variables.end() ? "" : escape_url(found->second);
}

// What the links need beside the words.
std::optional<std::string> missing_for_link(const Request& request) {
    const bool by_token =
        request.which == Template::email_verification || request.which == Template::password_reset;
    if (by_token && variable(request, "token").empty()) return "token";
    return {};
}

}  // namespace

std::string link_of(const Request& request, const std::string& shop_url) {
    switch (request.which) {
        case Template::email_verification:
            return shop_url + "/verify-email?token=" + variable(request, "token");
        case Template::password_reset:
            return shop_url + "/reset-password?token=" + variable(request, "token");
        case Template::already_registered:
        case Template::email_change_requested: return shop_url + "/login";
        case Template::order_paid:
        case Template::order_shipped:
        case Template::order_canceled: return shop_url + "/orders/" + variable(request, "order");
    }
    return {};
}

core::Result<Text> write(const Request& request, const std::string& shop_url) {
    const auto& language = language_of(request.locale);
    const auto& words = language.words.at(static_cast<std::size_t>(request.which));
    auto variables = request.variables;
    variables["name"] = request.to.name;
    std::vector<core::FieldError> missing;
    if (const auto name = missing_for_link(request))
        missing.push_back({"data.variables." + *name, "is required"});

    std::vector<std::string> paragraphs{
        fill(request.to.name.empty() ? language.nameless_greeting : language.greeting, variables).text};
    for (const auto paragraph : words.paragraphs) {
        auto filled = fill(paragraph, variables);
        missing.insert(missing.end(), filled.missing.begin(), filled.missing.end());
        if (!filled.text.empty() && !filled.empty_variable) paragraphs.push_back(std::move(filled.text));
    }
    if (!missing.empty()) return core::invalid(std::move(missing));

    const auto link = link_of(request, shop_url);
    Text text{.subject = std::string{words.subject}, .plain = {}, .html = "<!doctype html>\n"};
    text.html += "<html lang=\"" + std::string{language.code} + "\"><body>\n";
    for (const auto& paragraph : paragraphs) {
        text.plain += paragraph + "\n\n";
        text.html += "<p>" + escape_html(paragraph) + "</p>\n";
    }
    text.plain += std::string{words.link} + ":\n" + link + "\n\n" + std::string{language.closing} + "\n";
    text.html += "<p><a href=\"" + escape_html(link) + "\">" + escape_html(words.link) + "</a></p>\n<p>" +
                 escape_html(language.closing) + "</p>\n</body></html>\n";
    return text;
}

}  // namespace mail
