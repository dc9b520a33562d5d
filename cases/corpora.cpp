#include "cases/corpora.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wsspec {
namespace {

using Words = std::span<const std::string_view>;

/// A linear congruential generator modulo 2^64, its upper half. The library's distributions differ from one platform to
/// the next; whole numbers don't.
class Dice {
public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}

    /// 0 to sides - 1.
    std::uint32_t roll(std::uint32_t sides) {
        state_ = state_ * 6364136223846793005U + 1442695040888963407U;
        return static_cast<std::uint32_t>((state_ >> 32) * sides >> 32);
    }
    std::string_view pick(Words words) { return words[roll(static_cast<std::uint32_t>(words.size()))]; }

private:
    std::uint64_t state_;
};

/// A number in at least two digits: of a clock.
std::string two_digits(std::uint32_t number) { return (number < 10 ? "0" : "") + std::to_string(number); }

std::size_t octets_in(std::string_view text) { return text.size(); }
std::size_t code_points_in(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return begins_code_point(static_cast<Octet>(c)); }));
}

/// `begin`, then parts as long as one fits, then `end`; what is left over becomes line ends.
Octets filled(std::string_view begin, std::string_view end, std::size_t (*size_of)(std::string_view),
              const auto& next_part) {
    std::string text(begin);
    std::size_t left = corpus_size - size_of(begin) - size_of(end);
    for (std::string part = next_part(); size_of(part) <= left; part = next_part()) {
        text += part;
        left -= size_of(part);
    }
    text += end;
    text.append(left, '\n');
    return octets(text);
}

// ---- timetables -----------------------------------------------------------------------------------------------------

constexpr std::string_view lines[] = {"S1", "S21", "S31", "U2", "U3", "U4", "RE7", "RB61"};

struct Departure {
    std::uint32_t number;
    std::string_view line;
    std::uint32_t stop;
    std::uint32_t hour;
    std::uint32_t minute;
    std::uint32_t delay;
    std::uint32_t track;
};

Departure next_departure(Dice& dice, std::uint32_t number, std::uint32_t stops) {
    return {.number = number,
            .line = dice.pick(lines),
            .stop = dice.roll(stops),
            .hour = number / 60 % 24,
            .minute = number % 60,
            .delay = dice.roll(4) == 0 ? dice.roll(20) : 0,
            .track = 1 + dice.roll(8)};
}

// ---- prose ----------------------------------------------------------------------------------------------------------

/// The second half of a compound, which gives it its gender (m, f or n). The first half multiplies the vocabulary.
struct Head {
    std::string_view word;
    char gender;
};

// clang-format off
constexpr std::string_view first_halves[] = {
    "Apfel", "Bahnhofs", "Berg", "Brücken", "Brunnen", "Büro", "Dampf", "Dorf", "Eisen", "Fähr", "Feld", "Fenster",
    "Fluss", "Forst", "Garten", "Gäste", "Getreide", "Glocken", "Hafen", "Handels", "Haupt", "Herbst", "Holz",
    "Hügel", "Kaffee", "Kanal", "Keller", "Kirchen", "Küchen", "Küsten", "Land", "Leucht", "Markt", "Milch",
    "Mühlen", "Nacht", "Nebel", "Obst", "Öl", "Papier", "Pferde", "Post", "Rathaus", "Regen", "Salz", "Schiffs",
    "Schloss", "Schnee", "Schul", "See", "Sommer", "Stadt", "Stein", "Straßen", "Tal", "Theater", "Tor", "Turm",
    "Ufer", "Vogel", "Wald", "Wasser", "Weizen", "Werft", "Wetter", "Wiesen", "Winter", "Wolken", "Ziegel", "Zoll",
};
constexpr Head heads[] = {
    {"bote", 'm'}, {"brief", 'm'}, {"damm", 'm'}, {"garten", 'm'}, {"graben", 'm'}, {"händler", 'm'}, {"hof", 'm'},
    {"karren", 'm'}, {"kasten", 'm'}, {"macher", 'm'}, {"meister", 'm'}, {"plan", 'm'}, {"rand", 'm'},
    {"schlüssel", 'm'}, {"schreiber", 'm'}, {"speicher", 'm'}, {"verein", 'm'}, {"wagen", 'm'}, {"wärter", 'm'},
    {"weg", 'm'}, {"akte", 'f'}, {"arbeit", 'f'}, {"aufsicht", 'f'}, {"bank", 'f'}, {"brücke", 'f'}, {"fahrt", 'f'},
    {"gasse", 'f'}, {"glocke", 'f'}, {"halle", 'f'}, {"kammer", 'f'}, {"karte", 'f'}, {"kiste", 'f'}, {"mauer", 'f'},
    {"ordnung", 'f'}, {"rechnung", 'f'}, {"schwelle", 'f'}, {"treppe", 'f'}, {"tür", 'f'}, {"uhr", 'f'}, {"amt", 'n'},
    {"blatt", 'n'}, {"buch", 'n'}, {"dach", 'n'}, {"fass", 'n'}, {"fest", 'n'}, {"gebäude", 'n'}, {"gerät", 'n'},
    {"gewölbe", 'n'}, {"haus", 'n'}, {"lager", 'n'}, {"lied", 'n'}, {"schild", 'n'}, {"seil", 'n'}, {"tor", 'n'},
    {"verzeichnis", 'n'}, {"viertel", 'n'}, {"zimmer", 'n'},
};
constexpr std::string_view adjectives[] = {
    "alt", "auffällig", "bescheiden", "blau", "breit", "bunt", "dicht", "einfach", "eng", "fein", "fern", "feucht",
    "fremd", "früh", "gelb", "gemütlich", "gewöhnlich", "grau", "groß", "grün", "gründlich", "heimlich", "hell",
    "hölzern", "jung", "kalt", "klein", "klug", "kräftig", "krumm", "kühl", "kurz", "lang", "langsam", "leer",
    "mächtig", "mild", "nass", "neu", "niedrig", "nützlich", "prächtig", "pünktlich", "rostig", "rot", "ruhig",
    "rund", "scharf", "schief", "schlicht", "schmal", "schön", "schwer", "seltsam", "spät", "still", "stolz",
    "tief", "treu", "überflüssig", "unbekannt", "verlassen", "vertraut", "warm", "weiß", "weit", "zerbrechlich",
    "zufrieden",
};
constexpr std::string_view verbs[] = {
    "bemerkte", "berührte", "beschrieb", "besuchte", "betrachtete", "bewachte", "brauchte", "erreichte", "ersetzte",
    "erwähnte", "fand", "fürchtete", "gewann", "hörte", "hütete", "kannte", "kaufte", "lobte", "malte", "maß",
    "mied", "öffnete", "pflegte", "prüfte", "putzte", "räumte", "reparierte", "rettete", "rief", "sah", "schätzte",
    "schenkte", "schloss", "schmückte", "schob", "störte", "suchte", "trug", "überholte", "verfehlte", "vergaß",
    "verkaufte", "verlor", "vermaß", "vermisste", "verschwieg", "versteckte", "wählte", "zählte", "zeichnete",
    "zog",
};
constexpr std::string_view adverbs[] = {
    "abends", "allmählich", "beinahe", "bisweilen", "damals", "deshalb", "endlich", "ebenfalls", "freilich",
    "gegen Mittag", "gelegentlich", "gern", "häufig", "heute", "immerhin", "inzwischen", "jedenfalls", "kaum",
    "längst", "manchmal", "meistens", "mitunter", "morgens", "nachts", "nebenbei", "niemals", "noch einmal", "oft",
    "plötzlich", "schließlich", "selten", "sogleich", "später", "tatsächlich", "trotzdem", "überall", "vergeblich",
    "vielleicht", "vorher", "wieder", "zögernd", "zufällig", "zuletzt", "zwölfmal",
};
constexpr std::string_view places[] = {
    "an", "auf", "außer", "bei", "gegenüber von", "hinter", "mit", "nach", "neben", "seit", "über", "unter", "vor",
    "zwischen Markt und",
};
constexpr std::string_view titles[] = {
    "Frau", "Herr", "Tante", "Onkel", "Doktor", "Kapitän", "Lehrer", "Meister", "Witwe", "Bruder", "Schwester",
};
// Of names.
constexpr std::string_view onsets[] = {
    "B", "Br", "D", "F", "Fl", "G", "Gr", "H", "J", "K", "Kl", "L", "M", "N", "P", "Qu", "R", "S", "Schw", "St",
    "T", "Tr", "V", "W", "Z",
};
constexpr std::string_view vowels[] = {
    "a", "ä", "e", "ei", "i", "ie", "o", "ö", "u", "ü",
};
constexpr std::string_view middles[] = {
    "b", "ck", "ff", "g", "hl", "k", "ld", "ll", "lm", "m", "mm", "n", "nd", "pp", "r", "rg", "rn", "ss", "st",
    "tt", "tz",
};
constexpr std::string_view family_ends[] = {
    "e", "el", "er", "erich", "ing", "ke", "mann", "ow", "sen",
};
constexpr std::string_view town_ends[] = {
    "beck", "büttel", "dorf", "förde", "hagen", "hausen", "ingen", "köping", "stedt",
};
// clang-format on

std::string made_up_name(Dice& dice, Words ends) {
    std::string name(dice.pick(onsets));
    return name.append(dice.pick(vowels)).append(dice.pick(middles)).append(dice.pick(ends));
}

enum class Grammar { subject, object, place };

/// An article, mostly an adjective, and a compound: "den schmalen Hafenweg".
std::string noun_phrase(Dice& dice, Grammar role) {
    const Head& head = heads[dice.roll(std::size(heads))];
    bool const masculine = head.gender == 'm';
    bool const feminine = head.gender == 'f';
    std::string_view article = masculine ? "der" : feminine ? "die" : "das";
    if (role == Grammar::object && masculine) article = "den";
    if (role == Grammar::place) article = feminine ? "der" : "dem";
    std::string phrase(article);
    if (dice.roll(3) != 0) {
        bool const long_ending = role == Grammar::place || (role == Grammar::object && masculine);
        phrase.append(" ").append(dice.pick(adjectives)).append(long_ending ? "en" : "e");
    }
    return phrase.append(" ").append(dice.pick(first_halves)).append(head.word);
}

std::string at_a_place(Dice& dice) {
    if (dice.roll(2) == 0) return "in " + made_up_name(dice, town_ends);
    return std::string(dice.pick(places)) + " " + noun_phrase(dice, Grammar::place);
}

std::string somebody(Dice& dice) {
    if (dice.roll(2) == 0) return std::string(dice.pick(titles)) + " " + made_up_name(dice, family_ends);
    return noun_phrase(dice, Grammar::subject);
}

/// "…sah abends den schmalen Hafenweg": what somebody did.
std::string deed(Dice& dice) {
    std::string text(dice.pick(verbs));
    if (dice.roll(2) == 0) text.append(" ").append(dice.pick(adverbs));
    return text.append(" ").append(noun_phrase(dice, Grammar::object));
}

/// For the beginning of a sentence: the words that come there begin with an ASCII letter or with ü.
std::string capitalised(std::string text) {
    if (text.starts_with("ü")) return "Ü" + text.substr(std::string_view("ü").size());
    if (text.front() >= 'a' && text.front() <= 'z') text.front() = static_cast<char>(text.front() - 'a' + 'A');
    return text;
}

std::string sentence(Dice& dice) {
    switch (dice.roll(6)) {
        case 0:
            return capitalised(at_a_place(dice)) + " " + std::string(dice.pick(verbs)) + " " + somebody(dice) + " " +
                   noun_phrase(dice, Grammar::object) + ".";
        case 1:
            return "Im Jahr " + std::to_string(1780 + dice.roll(170)) + " " + std::string(dice.pick(verbs)) + " " +
                   somebody(dice) + " " + noun_phrase(dice, Grammar::object) + ".";
        case 2:
            return "„" + capitalised(somebody(dice)) + " " + deed(dice) + "“, sagte " + somebody(dice) + ".";
        case 3:
            return capitalised(somebody(dice)) + " " + deed(dice) + ", und " + somebody(dice) + " " + deed(dice) + ".";
        case 4:
            return capitalised(std::string(dice.pick(adverbs))) + " " + std::string(dice.pick(verbs)) + " " +
                   somebody(dice) + " " + noun_phrase(dice, Grammar::object) + " " + at_a_place(dice) + ".";
        default:
            return capitalised(somebody(dice)) + " " + deed(dice) + " " + at_a_place(dice) + ".";
    }
}

std::string paragraph(Dice& dice) {
    std::string text;
    for (auto sentences = 3 + dice.roll(5); sentences > 0; --sentences) text += sentence(dice) + " ";
    text.back() = '\n';
    return text;
}

// ---- pictures -------------------------------------------------------------------------------------------------------

constexpr std::uint32_t side = 512;

/// Adds hills of up to `height`: random at the corners of squares with edges of `cell` pixels, in between interpolated.
void add_hills(std::span<std::uint32_t> pixels, Dice& dice, std::uint32_t cell, std::uint32_t height) {
    std::uint32_t const corners = side / cell + 1;
    std::vector<std::uint32_t> heights(std::size_t{corners} * corners);
    for (auto& corner : heights) corner = dice.roll(height + 1);
    for (std::uint32_t y = 0; y < side; ++y) {
        for (std::uint32_t x = 0; x < side; ++x) {
            auto const* const corner = &heights[std::size_t{y / cell} * corners + x / cell];
            std::uint32_t const right = x % cell;
            std::uint32_t const down = y % cell;
            std::uint32_t const above = corner[0] * (cell - right) + corner[1] * right;
            std::uint32_t const below = corner[corners] * (cell - right) + corner[corners + 1] * right;
            pixels[std::size_t{y} * side + x] += (above * (cell - down) + below * down) / (cell * cell);
        }
    }
}

}  // namespace

Octets json_corpus() {
    Dice dice(1);
    std::uint32_t number = 0;
    return filled("{\n    \"departures\": [", "\n    ]\n}\n", octets_in, [&] {
        auto const next = next_departure(dice, number++, 40);
        std::string part = next.number == 0 ? "\n" : ",\n";
        auto const line = [&](std::size_t depth, std::string_view text) {
            part.append(4 * depth, ' ').append(text).append("\n");
        };
        line(2, "{");
        line(3, "\"number\": " + std::to_string(10000 + next.number) + ",");
        line(3, "\"line\": \"" + std::string(next.line) + "\",");
        line(3, "\"stop\": {");
        line(4, "\"number\": " + std::to_string(2000 + next.stop) + ",");
        line(4, "\"platform\": null,");
        line(4, "\"track\": " + std::to_string(next.track));
        line(3, "},");
        line(3, "\"time\": {");
        line(4, "\"planned\": \"" + two_digits(next.hour) + ":" + two_digits(next.minute) + "\",");
        line(4, "\"delay\": " + std::to_string(next.delay) + ",");
        line(4, "\"cancelled\": false");
        line(3, "},");
        line(3, "\"messages\": [],");
        line(3, "\"vehicle\": {");
        line(4, "\"wheelchair\": true,");
        line(4, "\"bicycles\": " + std::string(dice.roll(2) == 0 ? "true" : "false"));
        line(3, "}");
        part.append(8, ' ').append("}");
        return part;
    });
}

Octets photo_corpus() {
    Dice dice(2);
    std::vector<std::uint32_t> pixels(std::size_t{side} * side);
    add_hills(pixels, dice, 128, 60);
    add_hills(pixels, dice, 16, 140);
    add_hills(pixels, dice, 8, 20);
    Octets octets;
    for (auto const pixel : pixels) octets.push_back(static_cast<Octet>(pixel + dice.roll(18) + dice.roll(18)));
    return octets;
}

Octets prose_corpus() {
    Dice dice(3);
    return filled("\xef\xbb\xbf", "\n", octets_in, [&] { return paragraph(dice); });
}

Octets html_corpus() {
    constexpr std::string_view stops[] = {
        "Altes Zollhaus", "Am Mühlenteich",  "Brückenkopf",   "Dovenfleet",    "Fährhaus Süd", "Gänsemarkt",
        "Große Weide",    "Hafenkante",      "Königsallee",   "Landungsplatz", "Möwenstieg",   "Nordertor",
        "Rathaus",        "Schöne Aussicht", "Straße am See", "Überseekai",    "Viehmarkt",    "Wörther Platz",
    };
    Dice dice(4);
    std::uint32_t number = 0;
    return filled(
        "<!DOCTYPE html>\n<html lang=\"de\">\n<head>\n  <meta charset=\"utf-8\">\n  <title>Abfahrten – heute</title>\n"
        "</head>\n<body>\n  <table class=\"departures\">\n",
        "  </table>\n</body>\n</html>\n", code_points_in, [&] {
            auto const next = next_departure(dice, number++, std::size(stops));
            std::string const clock = two_digits(next.hour) + ':' + two_digits(next.minute);
            std::string const line(next.line);
            std::string const delay = next.delay == 0 ? "pünktlich" : "+" + std::to_string(next.delay) + " Minuten";
            return "    <tr class=\"departure\">\n      <td class=\"time\"><time datetime=\"" + clock + "\">" + clock +
                   "</time></td>\n      <td class=\"line\"><a href=\"/lines/" + line + "\">" + line +
                   "</a></td>\n      <td class=\"stop\">" + std::string(stops[next.stop]) +
                   "</td>\n      <td class=\"track\">Gleis " + std::to_string(next.track) +
                   "</td>\n      <td class=\"delay\">" + delay + "</td>\n    </tr>\n";
        });
}

Octets document_corpus() {
    Dice dice(5);
    std::uint32_t number = 0;
    return filled("%Document 1.0\n", "\n%End\n", octets_in, [&] {
        std::string part = std::to_string(++number) + " object\n";
        if (dice.roll(3) != 0) {
            for (auto marks = 4 + dice.roll(12); marks > 0; --marks)
                part += std::to_string(dice.roll(600)) + " " + std::to_string(dice.roll(800)) + " moveto (page " +
                        std::to_string(number / 8) + ") show\n";
        } else {
            std::uint32_t const length = 2000 + dice.roll(6000);
            part += "<< /Length " + std::to_string(length) + " /Compressed true >> stream\n";
            // Of a compressed picture, all octets occur, but not equally often.
            for (std::uint32_t i = 0; i < length; ++i)
                part += static_cast<char>(dice.roll(4) == 0 ? dice.roll(256) : dice.roll(128));
            part += "\nend of stream\n";
        }
        return part + "end of object\n";
    });
}

}  // namespace wsspec
