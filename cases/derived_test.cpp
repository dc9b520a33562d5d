#include "cases/derived.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "cases/catalogue.h"
#include "reference/forecast.h"
#include "reference/requirements.h"

namespace wsspec {
namespace {

Case flow(Script script) {
    return {.id = "99.1", .title = "Say hello", .covers = {"R6455-5.4-2"}, .script = std::move(script)};
}

const Case* of(const std::vector<Case>& derived, std::string_view name) {
    auto const found = std::ranges::find(derived, "99.1/" + std::string(name), &Case::id);
    return found == derived.end() ? nullptr : &*found;
}

const std::vector<Frame>& last_sent(const Case& one) {
    for (std::size_t i = one.script.size(); i-- != 0;)
        if (const auto* send = std::get_if<Send>(&one.script[i].action)) return send->frames;
    static const std::vector<Frame> none;
    return none;
}

TEST(Derived, ChangesTheLastFrameAndLeavesTheRestToTheForecast) {
    auto const derived = derive(flow({open(), send({text("Hel").more(), continuation("lo")}),
                                      expect(receives(text("Hello"))), closing_handshake()}));
    ASSERT_EQ(derived.size(), mutations().size());
    EXPECT_EQ(of(derived, "rsv2")->script,
              (Script{open(), send({text("Hel").more(), continuation("lo").with_rsv(rsv2)}), expect_forecast()}));
    EXPECT_EQ(of(derived, "rsv2")->covers, std::vector<std::string>{"R6455-5.2-3"});
    EXPECT_EQ(of(derived, "rsv2")->title, "Flip RSV2 of the last frame: Say hello");
    EXPECT_EQ(of(derived, "mask")->covers, (std::vector<std::string>{"R6455-5.1-2", "R6455-5.1-5"}));
    EXPECT_EQ(of(derived, "opcode")->covers, std::vector<std::string>{"R6455-5.2-4"});
    EXPECT_EQ(of(derived, "text")->covers, std::vector<std::string>{"R6455-5.4-5"});
    EXPECT_EQ(of(derived, "headless")->covers, std::vector<std::string>{"R6455-5.4-4"});
    EXPECT_EQ(of(derived, "twice")->covers, std::vector<std::string>{"R6455-5.4-4"});
    EXPECT_EQ(of(derived, "after-close")->covers, std::vector<std::string>{"R6455-5.5.1-18"});
    EXPECT_EQ(of(derived, "cut")->covers, (std::vector<std::string>{"R6455-7.2.2-2", "R6455-7.2.1-2"}));
    // What stays legal is about what the flow is about, and ends in good order.
    EXPECT_EQ(of(derived, "ping")->covers, std::vector<std::string>{"R6455-5.4-2"});
    EXPECT_EQ(of(derived, "ping")->script,
              (Script{open(), send({text("Hel").more(), ping("in front"), continuation("lo")}), expect_forecast(),
                      closing_handshake()}));
    EXPECT_EQ(of(derived, "octets")->script,
              (Script{open({}, chopped(1)), send({text("Hel").more(), continuation("lo")}, chopped(1)),
                      expect(receives(text("Hello"))), closing_handshake()}));
}

TEST(Derived, KeepsWhatComesBeforeTheLastSend) {
    auto const derived = derive(flow({open(), send(text("one")), expect(receives(text("one"))), barrier("digested"),
                                      send(ping("two")), expect(receives(pong("two"))), closing_handshake()}));
    EXPECT_EQ(of(derived, "fin")->script, (Script{open(), send(text("one")), expect(receives(text("one"))),
                                                  barrier("digested"), send(ping("two").more()), expect_forecast()}));
    EXPECT_EQ(of(derived, "headless"), nullptr) << "a barrier has no frame that could be left out";
}

TEST(Derived, TakesLegalFlowsOnly) {
    EXPECT_TRUE(is_flow(flow({open(), send(text("Hello")), expect(receives(text("Hello")))})));
    EXPECT_TRUE(is_flow(flow({open(), send(close_frame(1000)), expect(closes(1000))})));
    EXPECT_FALSE(is_flow(flow({open(), send(text("Hello").with_rsv(rsv3)), expect(fails(1002))}))) << "a violation";
    EXPECT_FALSE(is_flow(flow({open(), send({close_frame(1000), ping()}), expect(closes(1000))}))) << "goes on";
    EXPECT_FALSE(is_flow(flow({open(), send(text("Hi").in_form(LengthForm::sixteen_bits)), expect(anything())})))
        << "two readings";
    EXPECT_FALSE(is_flow(flow({open(Handshake{}.drop("Host")), send(text("Hello")), expect(anything())})));
    EXPECT_FALSE(is_flow(flow({open(), expect({opens(), refuses(400)}), send(text("Hello")), expect(anything())})))
        << "the answer to the request is what it is about";
    EXPECT_FALSE(is_flow(flow({open(), send(binary(repeated('*', 5000))), expect(anything())}))) << "long";
    EXPECT_FALSE(is_flow(flow({open(), send(text("Hello")), half_close(), expect(anything())})));
    EXPECT_FALSE(is_flow(flow({open(), send_octets(hex("81 00")), expect(anything())})));
    EXPECT_FALSE(is_flow(flow({open(), closing_handshake()}))) << "no frame to change";
    EXPECT_FALSE(is_flow(flow({})));
}

TEST(Derived, AreManyOfManyFlowsWithIdsOfTheirOwn) {
    std::set<std::string> ids;
    std::set<std::string> titles;
    std::map<std::string, std::size_t> of_mutation;
    std::set<std::string> flows;
    for (const auto& one : derived_cases()) {
        EXPECT_TRUE(ids.insert(one.id).second) << one.id;
        EXPECT_TRUE(titles.insert(one.title).second) << one.title;
        EXPECT_EQ(find_case(one.id), &one);
        EXPECT_EQ(group_of(one.id), "derived");
        auto const slash = one.id.find('/');
        ASSERT_NE(slash, std::string::npos) << one.id;
        EXPECT_NE(find_case(one.id.substr(0, slash)), nullptr) << one.id;
        flows.insert(one.id.substr(0, slash));
        ++of_mutation[one.id.substr(slash + 1)];
        ASSERT_FALSE(one.covers.empty()) << one.id;
        for (const auto& id : one.covers) EXPECT_NE(find_requirement(id), nullptr) << one.id << " " << id;
        EXPECT_FALSE(last_sent(one).empty()) << one.id;
    }
    EXPECT_GE(flows.size(), 150U);
    EXPECT_GE(ids.size(), 2000U);
    for (const auto& mutation : mutations())
        EXPECT_GE(of_mutation[std::string(mutation.name)], 20U) << mutation.name << " applies to next to nothing";
    EXPECT_EQ(find_case("1.1.2/no-such-mutation"), nullptr);
    EXPECT_EQ(find_case("8.1.1/rsv1"), nullptr);
}

// Whatever the flow is, these break the same sentence; and these break none.
TEST(Derived, AMutationDoesTheSameToEveryFlow) {
    auto const is_about = [](const Case& one, std::string_view name) {
        return one.id.ends_with("/" + std::string(name));
    };
    auto const ends_in_good_order = [](const Case& one) {
        return std::holds_alternative<ClosingHandshake>(one.script.back().action) ||
               last_sent(one).back().opcode == Opcode::close;
    };
    for (const auto& one : derived_cases()) {
        if (is_about(one, "rsv2") || is_about(one, "rsv3")) {
            EXPECT_EQ(one.covers, std::vector<std::string>{"R6455-5.2-3"}) << one.id;
        } else if (is_about(one, "opcode") && last_sent(one).back().rsv == 0) {  // else RSV1 is wrong, too
            EXPECT_EQ(one.covers, std::vector<std::string>{"R6455-5.2-4"}) << one.id;
        } else if (is_about(one, "mask")) {
            EXPECT_TRUE(one.covers.front().starts_with("R6455-5.1-")) << one.id;
        } else if (is_about(one, "ping")) {
            EXPECT_TRUE(ends_in_good_order(one)) << one.id;
        }
    }
}

TEST(Derived, IdsStandBehindTheirFlows) {
    EXPECT_TRUE(id_less("1.1.2", "1.1.2/rsv1"));
    EXPECT_TRUE(id_less("1.1.2/rsv1", "1.1.2/rsv2"));
    EXPECT_TRUE(id_less("1.1.2/rsv1", "1.1.10"));
    EXPECT_TRUE(id_less("1.1.2/mask", "1.1.2/rsv1"));
    EXPECT_FALSE(id_less("1.1.2/rsv1", "1.1.2/mask"));
}

}  // namespace
}  // namespace wsspec
