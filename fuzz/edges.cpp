#include "fuzz/edges.h"

#include <algorithm>

#include "cases/deflate_writer.h"

namespace wsspec::edges {

Octets text(Dice& dice, std::size_t size) {
    Octets out;
    // A few characters in turn: enough to get all alignments, and long texts stay cheap.
    std::array<std::string_view, 5> turn;
    for (auto& character : turn) character = dice.one_in(2) ? std::string_view("a") : dice.pick(characters);
    for (std::size_t i = 0; out.size() + turn[i % turn.size()].size() <= size; ++i)
        append(out, as_octets(turn[i % turn.size()]));
    return out;
}

Octets data(Dice& dice, std::size_t size) {
    switch (dice.roll(3)) {
        case 0:
            return text(dice, size);
        case 1:
            return size <= 4096 ? dice.octets(size) : repeated(dice.octet(), size);
        default:
            return repeated(dice.octet(), size);
    }
}

std::size_t payload_length(Dice& dice, std::size_t limit) {
    std::size_t const wanted = dice.one_in(3) ? dice.pick(payload_lengths) : dice.roll(40);
    return std::min(wanted, limit);
}

Octets close_body(Dice& dice, bool legal) {
    if (legal && dice.one_in(4)) return {};
    constexpr std::array<std::uint16_t, 8> good = {1000, 1001, 1002, 1003, 1007, 1011, 3000, 4999};
    std::uint16_t const code = legal ? dice.pick(good) : dice.pick(close_codes);
    Octets body = {static_cast<Octet>(code >> 8), static_cast<Octet>(code & 0xff)};
    append(body, text(dice, dice.one_in(4) ? 123 : dice.roll(30)));
    if (legal) return body;
    switch (dice.roll(4)) {
        case 0:
            body.resize(1);
            break;
        case 1:
            body.resize(std::min<std::size_t>(body.size(), 120));
            append(body, as_octets(dice.pick(bad_characters)));
            break;
        case 2:
            body.resize(124 + dice.roll(4), 'a');
            break;
        default:
            break;
    }
    return body;
}

namespace {

std::vector<DeflateItem> items(Dice& dice, std::size_t limit, std::size_t before, std::size_t& made) {
    std::vector<DeflateItem> out;
    for (std::size_t more = 1 + dice.roll(6); more > 0; --more) {
        std::size_t const reach = std::min<std::size_t>(32768, before + made);
        if (reach != 0 && dice.one_in(2)) {
            std::size_t const length = 3 + (dice.one_in(4) ? 255 : dice.roll(20));
            if (made + length > limit) continue;
            std::size_t const distance = dice.one_in(3) ? reach : 1 + dice.roll(reach);
            out.push_back(copy(static_cast<unsigned>(distance), static_cast<unsigned>(length)));
            made += length;
        } else {
            Octets octets = text(dice, std::min(limit - std::min(limit, made), dice.roll(24)));
            made += octets.size();
            out.push_back(literal(std::move(octets)));
        }
    }
    return out;
}

}  // namespace

Octets deflated(Dice& dice, std::size_t limit, std::size_t before, bool legal) {
    DeflateWriter writer;
    std::size_t made = 0;
    std::size_t const blocks = dice.one_in(3) ? 1 + dice.roll(4) : 1;
    std::size_t const bad = legal ? blocks : dice.roll(blocks);
    for (std::size_t block = 0; block < blocks; ++block) {
        if (dice.one_in(8)) writer.bfinal();
        switch (dice.roll(5)) {
            case 0: {
                Octets const octets = data(dice, std::min(limit - std::min(limit, made), dice.roll(40)));
                made += octets.size();
                writer.stored(octets);
                break;
            }
            case 1:
                writer.empty_stored();
                break;
            case 2:
                writer.dynamic(items(dice, limit, before, made),
                               dice.one_in(3) ? DeflateCodeShape::steep : DeflateCodeShape::flat);
                break;
            default:
                writer.fixed(items(dice, limit, before, made));
                break;
        }
        if (block != bad) continue;
        switch (dice.roll(6)) {
            case 0:
                writer.reserved_block();
                break;
            case 1: {
                Octets const octets = dice.octets(dice.roll(8));
                writer.stored_claiming(static_cast<std::uint16_t>(dice.pick(payload_lengths)),
                                       static_cast<std::uint16_t>(dice.number()), octets);
                break;
            }
            case 2:
                // Further back than there is anything.
                writer.fixed({copy(static_cast<unsigned>(1 + dice.roll(32768)), 3)});
                break;
            case 3:
                writer.bits(static_cast<std::uint32_t>(dice.number()), 1 + static_cast<unsigned>(dice.roll(32)));
                break;
            case 4:
                return writer.with_tail();
            default: {
                Octets out = writer.message();
                if (dice.one_in(2)) {
                    out.resize(dice.roll(out.size() + 1));
                } else {
                    dice.pick(out) ^= static_cast<Octet>(1U << dice.roll(8));
                }
                return out;
            }
        }
    }
    return writer.message();
}

}  // namespace wsspec::edges
