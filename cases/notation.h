// Scripts and cases in the notation in which cases are written: C++ that can be pasted into a file of this folder. For
// fuzzers, whose findings become cases.
#pragma once

#include <string>

#include "cases/case.h"

namespace wsspec {

/// `text("Hello").more()`, `frame(0xb, hex("00 ff")).wrongly_masked()`. Complete, however long the payload is.
std::string notation(const Frame& frame);
/// `Handshake{}.add_line("Origin: x")`; all members one by one where the difference to a legal one is no such edit.
std::string notation(const Handshake& handshake);
std::string notation(const Delivery& delivery);
std::string notation(const Outcome& outcome);
/// `send(ping("a"), chopped(1))`
std::string notation(const Step& step);
/// `{open(), send(ping("a"))}`, a line for each step if it has several; they are indented by `indent` more blanks.
std::string notation(const Script& script, std::size_t indent = 0);
/// `add({.id = "…", .title = "…", …});` as the folder's files have it: id, title, target, requirements, needs and
/// script; further scripts of the same case are left out.
std::string notation(const Case& one);

/// A string literal of C++ for any octets: what is no printable ASCII is written in octal. With a NUL among them it is
/// a std::string of one.
std::string literal_of(std::string_view text);

}  // namespace wsspec
