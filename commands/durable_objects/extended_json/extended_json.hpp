#pragma once

#include <string>
#include <string_view>

#include "backends/v8/document.hpp"

/// Stored JavaScript values as JSON. What JSON has is itself; what it lacks is an object whose first name
/// starts with '$':
///
///   {"$undefined": true}                  undefined; {"$hole": true}: a missing element
///   {"$number": "NaN"}                    and "Infinity", "-Infinity", "-0"; "nan:7ff8000000000001": other
///   bits
///   {"$bigint": "-5"}                     decimal, or "0x..." beyond 4,096 bytes
///   {"$date": "2026-01-31T12:00:00.000Z"} or milliseconds since 1970; null: an invalid date
///   {"$regexp": ["ab+c", "gi"]}           source and flags
///   {"$map": [[key, value], ...]}         {"$set": [value, ...]}
///   {"$ArrayBuffer": "AQID"}              base64
///   {"$Uint8Array": "AQID"}               likewise Int8Array, Uint8ClampedArray, DataView; the other views
///   have
///   {"$Float64Array": [1.5, 2]}           their elements; BigInt64Array's and BigUint64Array's are texts
///   {"$boxed": 5}                         new Number(5), and so with text, true, a bigint
///   {"$error": {"type": "TypeError", "message": ..., "stack": ..., "cause": ...}}
///   {"$id": 1, "$value": {...}}           an object that is referred to as {"$ref": 1}, itself included
///
/// and seldom:
///
///   {"$object": [[name, value], ...]}     names that JSON would take for one of these, or in another order
///   {"$array": [1], "$properties": [["x", 2]]}           an array with further properties
///   {"$sparse": 3, "$properties": [[0, 1], [2, 3]]}      one with gaps: its length, its elements
///   {"$Uint8Array": {"buffer": B, "offset": 1, "length": 2, "flags": 0}}   a part of a buffer, or a shared
///   one
///   {"$ArrayBuffer": "AQID", "$max": 16}  a resizable one
///   {"$int32": 2147483647}, {"$uint32": 5}   whole numbers that other versions of V8 store so
///   {"$twoByte": "abc"}                   text stored with two bytes a character without need
///   {"$utf16": "d83d0041"}                text with half a character: its UTF-16 units in hexadecimal
///   {"$v8": "/w9c..."}                    the stored bytes: a value with objects of workerd's own (Headers)
///
/// A number written without fraction or exponent becomes what V8 makes of a whole number; with one ("4.0") it
/// is stored as a double, as V8 stores the whole result of a calculation. So a value that a Worker stored,
/// shown and put back, is the same bytes.
namespace corral::durable_objects {

/// `indent` 0: on one line, as are the contents of a form and anything more than 32 levels deep. `depth`: the
/// nesting level at which the value will be embedded.
std::string extended_json(const v8::Document& document, int indent, int depth = 0);

/// Throws invalid_input, naming `what`, for text that is not JSON or not in this format; limit for more than
/// v8::max_depth levels.
v8::Document parse_extended_json(std::string_view text, std::string_view what);

/// A stored value as JSON; {"$v8": ...} if its bytes are not in V8's format.
std::string shown_value(const std::string& bytes, int indent, int depth = 0);

}  // namespace corral::durable_objects
