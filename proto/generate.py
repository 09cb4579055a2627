"""The one generator: what is written once, in proto/, becomes all the forms in which C and SQL need it.

generate.py tables SET OUTPUT.c             sotay/v1/*.proto → contract_tables.c, the tables of contract_rules.h
generate.py numbers SET OUTPUT.h            sotay/v1/*.proto → contract_numbers.h: FIELD_EDIT_MEETING_AGENDA, a field's
                                            number, for each message with a mask; SQL_MEETING_STATE_CANCELLED, an enum's
                                            number as a string literal, for SQL
generate.py redis REDIS.DEF OUTPUT.h        redis.def → redis_keys.h: REDIS_KEY_TAG, REDIS_CHANNEL_TOLD
generate.py counters COUNTERS.DEF OUTPUT.h  counters.def → counters.h: MONTH_COMMENTS, OWN_MONTH "registered, …"
generate.py check OLD_SET NEW_SET           refuses (exit 1) what would misread messages that are still on the queue

SET is what protoc --descriptor_set_out wrote. errors.def, topics.def and tags.def need no generator: C includes their
rows as they stand (common/base/err.h, common/kafka/kafka.h, common/base/tag.h).
"""
import csv
import re
import sys
from collections import namedtuple

from google.protobuf import descriptor_pb2, message_factory

PACKAGE = "sotay.v1"
Field = descriptor_pb2.FieldDescriptorProto
MICROSECONDS_A_DAY = 86_400_000_000
UINT32_MAX = 2**32 - 1
FORMATS = ["PLAIN", "UUID", "TIMESTAMP", "DATE", "MONTH", "TIME_OF_DAY", "TEXT", "LINE", "CURSOR", "SHA256", "PHONE",
           "WORD"]
FORMAT_TYPES = {
    "UUID": Field.TYPE_BYTES, "CURSOR": Field.TYPE_BYTES, "SHA256": Field.TYPE_BYTES, "TIMESTAMP": Field.TYPE_INT64,
    "DATE": Field.TYPE_INT32, "MONTH": Field.TYPE_INT32, "TIME_OF_DAY": Field.TYPE_INT32,
    "TEXT": Field.TYPE_STRING, "LINE": Field.TYPE_STRING, "PHONE": Field.TYPE_STRING,
    "WORD": Field.TYPE_STRING,
}
# Years 1 to 9999, as four digits can write them.
FORMAT_RANGE = {
    "TIMESTAMP": (-719162 * MICROSECONDS_A_DAY, 2932897 * MICROSECONDS_A_DAY - 1),
    "DATE": (-719162, 2932896), "MONTH": (12, 9999 * 12 + 11), "TIME_OF_DAY": (0, 24 * 60 - 1),
}
INT64 = (-(2**63), 2**63 - 1)
TYPE_RANGE = {
    Field.TYPE_INT32: (-(2**31), 2**31 - 1), Field.TYPE_UINT32: (0, UINT32_MAX), Field.TYPE_INT64: INT64,
    Field.TYPE_UINT64: (0, 2**63 - 1),
}
KNOWN_TYPES = {*TYPE_RANGE, Field.TYPE_BOOL, Field.TYPE_STRING, Field.TYPE_BYTES, Field.TYPE_ENUM, Field.TYPE_MESSAGE,
               Field.TYPE_DOUBLE}

# rule: the option; messages, enums: full name -> descriptor
Contract = namedtuple("Contract", "rule files messages enums")


def load(path):
    """Without the meaning of our option: its class does not know it."""
    with open(path, "rb") as file:
        return contract_of(descriptor_pb2.FileDescriptorSet.FromString(file.read()), None)


def load_with_rules(path):
    """A second reading, by classes made from the set itself: they know the option."""
    with open(path, "rb") as file:
        raw = file.read()
    classes = message_factory.GetMessages(descriptor_pb2.FileDescriptorSet.FromString(raw).file)
    set_class = classes["google.protobuf.FileDescriptorSet"]
    rule = set_class.DESCRIPTOR.file.pool.FindExtensionByName(PACKAGE + ".rule")
    return contract_of(set_class.FromString(raw), rule)


def contract_of(descriptor_set, rule):
    contract = Contract(rule, [], {}, {})
    for file in descriptor_set.file:
        if file.package == PACKAGE and not file.name.endswith("/options.proto"):
            contract.files.append(file.name.removesuffix(".proto"))
            collect(contract, PACKAGE, file.message_type, file.enum_type)
    return contract


def collect(contract, prefix, messages, enums):
    for enum in enums:
        contract.enums[f"{prefix}.{enum.name}"] = enum
    for message in messages:
        name = f"{prefix}.{message.name}"
        contract.messages[name] = message
        collect(contract, name, message.nested_type, message.enum_type)


# --- tables ---


def snake(camel):
    """As protoc-gen-c writes names."""
    return re.sub(r"(?<=[^A-Z_])(?=[A-Z])", "_", camel).lower()


def c_name(full_name):
    return "pb__" + "__".join(snake(part) for part in full_name.removeprefix(PACKAGE + ".").split("."))


def enum_words(name, enum):
    prefix = snake(name.split(".")[-1]).upper() + "_"
    for value in enum.value:
        if not value.name.startswith(prefix):
            raise SystemExit(f"{name}: {value.name} does not begin with {prefix}")
    return [value.name.removeprefix(prefix).lower() for value in sorted(enum.value, key=lambda value: value.number)]


def json_name(field, rule):
    if rule.json:
        return rule.json
    return field.name.removesuffix("_us") if FORMATS[rule.format] == "TIMESTAMP" else field.name


def check_rule(where, field, rule):
    if field.type not in KNOWN_TYPES:
        raise SystemExit(f"{where}: the transcoder knows no such type")
    if field.HasField("oneof_index"):
        raise SystemExit(f"{where}: the transcoder knows no oneof")
    wanted = FORMAT_TYPES.get(FORMATS[rule.format])
    if wanted and field.type != wanted:
        raise SystemExit(f"{where}: {FORMATS[rule.format]} does not fit its type")
    if rule.mask and not (field.type == Field.TYPE_UINT32 and field.label == Field.LABEL_REPEATED):
        raise SystemExit(f"{where}: a mask is repeated uint32")


def integer(number):
    return "INT64_MIN" if number == INT64[0] else f"INT64_C({number})"


def limits(field, rule):
    low, high = FORMAT_RANGE.get(FORMATS[rule.format]) or TYPE_RANGE.get(field.type, INT64)
    has_low, has_high = rule.HasField("minimum"), rule.HasField("maximum")
    return (rule.minimum if has_low else low, rule.maximum if has_high else high, has_low, has_high)


def field_row(contract, index, where, field):
    rule = field.options.Extensions[contract.rule]
    check_rule(where, field, rule)
    name = json_name(field, rule)
    low, high, has_low, has_high = limits(field, rule)
    message = choices = "NULL"
    type_name = field.type_name.removeprefix(".")
    if field.type == Field.TYPE_MESSAGE:
        message = f"&contract_message_rules[{index[type_name]}]"
    if field.type == Field.TYPE_ENUM:
        choices = f"&{c_name(type_name)}__choices"
    flags = ", ".join(str(flag).lower() for flag in [has_low, has_high, rule.nullable, rule.server, rule.mask])
    return (f'    {{"{name}", "\\"{name}\\":", {len(name) + 3}, FORMAT_{FORMATS[rule.format]}, '
            f"{rule.min_length}U, {rule.max_length or UINT32_MAX}U, {rule.max_items or UINT32_MAX}U, "
            f"{integer(low)}, {integer(high)}, {flags}, {message}, {choices}}},")


def fields_table(contract, index, name, message):
    fields = sorted(message.field, key=lambda field: field.number)
    if len(fields) > 64:
        raise SystemExit(f"{name}: more than 64 fields (a form's bit set)")
    rows = [field_row(contract, index, f"{name}.{field.name}", field) for field in fields]
    body = "\n".join(rows) if rows else "    {0},"
    return f"static const struct field_rule {c_name(name)}__fields[] = {{\n{body}\n}};"


def mask_of(contract, message):
    fields = sorted(message.field, key=lambda field: field.number)
    masks = [i for i, field in enumerate(fields) if field.options.Extensions[contract.rule].mask]
    return masks[0] if masks else -1


def enum_table(name, enum):
    words = ", ".join(f'"{word}"' for word in enum_words(name, enum))
    c = c_name(name)
    return (f"static const char *const {c}__words[] = {{{words}}};\n"
            f"static const struct enum_rule {c}__choices = {{&{c}__descriptor, {c}__words}};")


def tables(contract):
    names = sorted(contract.messages)
    index = {name: i for i, name in enumerate(names)}
    yield "/* Made by proto/generate.py. */"
    yield '#include "contract_rules.h"\n'
    yield from (f'#include "{file}.pb-c.h"' for file in sorted(contract.files))
    yield from (enum_table(name, enum) for name, enum in sorted(contract.enums.items()))
    yield from (fields_table(contract, index, name, contract.messages[name]) for name in names)
    yield "const struct message_rule contract_message_rules[] = {"
    for name in names:
        mask = mask_of(contract, contract.messages[name])
        yield f"    {{&{c_name(name)}__descriptor, {c_name(name)}__fields, {mask}}},"
    yield f"}};\nconst size_t contract_message_rules_n = {len(names)};"
    kinds = [name for name in names if name.count(".") == PACKAGE.count(".") + 1]
    yield "const struct contract_kind contract_kinds[] = {"
    yield from (f'    {{"{name.split(".")[-1]}", &{c_name(name)}__descriptor}},' for name in kinds)
    yield f"}};\nconst size_t contract_kinds_n = {len(kinds)};"


def write(output, lines):
    with open(output, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


# --- numbers ---


def header(purpose, guard, constants, enums=()):
    """constants: (name, value as C writes it) in order; one name with two values is refused. enums: as C has them."""
    values = {}
    for name, value in constants:
        if values.setdefault(name, value) != value:
            raise SystemExit(f"{name} would be {values[name]} and {value}")
    yield f"/* {purpose} Made by proto/generate.py. */"
    yield f"#ifndef {guard}\n#define {guard}\n"
    yield from enums
    yield from (f"#define {name} {value}" for name, value in values.items())
    yield "\n#endif"


def constant(parts):
    return "".join(snake(part).upper() + "_" for part in parts)


def field_numbers(contract):
    for name, message in sorted(contract.messages.items()):
        if mask_of(contract, message) >= 0:
            prefix = "FIELD_" + constant(name.removeprefix(PACKAGE + ".").split("."))
            yield from ((prefix + field.name.upper(), field.number) for field in message.field
                        if not field.options.Extensions[contract.rule].mask)


def enum_numbers(contract):
    """A value's name begins with its enum's; that of an enum inside a message gets the message's name before it."""
    for name, enum in sorted(contract.enums.items()):
        prefix = "SQL_" + constant(name.removeprefix(PACKAGE + ".").split(".")[:-1])
        yield from ((prefix + value.name, f'"{value.number}"') for value in enum.value)


def numbers(contract):
    purpose = ("Numbers of the contract: of the fields that a mask names (FIELD_MESSAGE_NAME), and of enums as text\n"
               ' * for SQL (SQL_ENUM_NAME: "… AND m.state <> " SQL_MEETING_STATE_CANCELLED).')
    return header(purpose, "SOTAY_CONTRACT_NUMBERS_H", [*field_numbers(contract), *enum_numbers(contract)])


# --- rows of a .def ---


def rows_of(path):
    """(macro, arguments without quotes) of each row; a row is one line. Lines of the preprocessor are left out."""
    with open(path, encoding="utf-8") as file:
        text = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)
    for line in (line.strip() for line in text.splitlines()):
        if not line or line.startswith("#"):
            continue
        row = re.fullmatch(r"(\w+)\((.*)\)", line)
        if not row:
            raise SystemExit(f"{path}: not a row: {line}")
        yield row[1], next(csv.reader([row[2]], skipinitialspace=True))


def redis_keys(path):
    constants = [(f"REDIS_{macro}_{name}", f'"{prefix}"') for macro, (name, prefix) in rows_of(path)]
    return header("Keys and channels in Redis (redis.def).", "SOTAY_REDIS_KEYS_H", constants)


# --- counters ---


def sql_list(columns, template):
    """A string constant of C: the template for each column, separated by commas."""
    return '"' + ", ".join(template.format(column, i) for i, column in enumerate(columns)) + '"'


def summed(prefix, own, org, first_array):
    """Lists of one kind of counter: of the columns that handlers add to, and of those that are summed up the tree."""
    yield f"OWN_{prefix}", sql_list(own, "{0}")
    yield f"OWN_{prefix}_ARRAYS", '"' + ", ".join(f"${first_array + i}::int4[]" for i in range(len(own))) + '"'
    yield f"OWN_{prefix}_ADD", sql_list(own, "{0} = o.{0} + excluded.{0}")
    yield f"ORG_{prefix}", sql_list(org, "{0}")
    yield f"ORG_{prefix}_SUMS", sql_list(org, "sum(m.{0})")
    yield f"ORG_{prefix}_ADD", sql_list(org, "{0} = s.{0} + excluded.{0}")


def counter_enum(name, prefix, columns):
    """The column's counter is MONTH_COLUMN; the last word is how many there are."""
    body = "".join(f"    {prefix}_{column.upper()},\n" for column in columns)
    return f"enum {name} {{\n{body}    {prefix}_COUNTERS\n}};\n"


def dashboard_column(macro, arguments):
    table = "t" if macro in ("TOTAL", "TREE") else "m"
    return f"coalesce({table}.{arguments[-2]}, 0)"


def counters(path):
    rows = list(rows_of(path))
    months = [row[0] for macro, row in rows if macro in ("MONTH", "BRANCHES")]
    plain = [row[0] for macro, row in rows if macro == "MONTH"]
    branches = [row for macro, row in rows if macro == "BRANCHES"]
    totals = [row[0] for macro, row in rows if macro == "TOTAL"]
    enums = [counter_enum("month_counter", "MONTH", months), counter_enum("total_counter", "TOTAL", totals)]
    constants = [
        ("MONTH_NAMES", ", ".join(f'"{column}"' for column in months)),
        *summed("MONTH", months, plain + [row[1] for row in branches], 3),
        ("OWN_MONTH_SIGNED", sql_list(plain, "v.sign * m.{0} AS {0}")),
        ("OWN_MONTH_BRANCHES(ROW)", " ".join(f"ROW({row[0]}, {row[1]})" for row in branches)),
        *summed("TOTAL", totals, totals, 2),
        ("OWN_TOTAL_SIGNED", sql_list(totals, "v.sign * coalesce(t.{0}, 0) AS {0}")),
        ("DASHBOARD_COLUMNS", '"' + ", ".join(dashboard_column(*row) for row in rows) + '"'),
    ]
    purpose = ("Counters (counters.def): those that handlers add to, and lists of columns for SQL. In these `o` is\n"
               " * the row of own_…, `s` the row of org_…, `m` what is added to it; `v.sign` takes a row away (-1) or\n"
               " * adds it (1). DASHBOARD_COLUMNS: `t` is the row of org_total, `m` of org_month.")
    return header(purpose, "SOTAY_COUNTERS_H", constants, enums)


# --- check ---


def reserved(item, number, end_is_inclusive):
    return any(span.start <= number < span.end + end_is_inclusive for span in item.reserved_range)


def field_complaints(name, old, new):
    """One field of the old message against the new message."""
    by_number = {field.number: field for field in new.field}
    by_name = {field.name: field for field in new.field}
    now = by_number.get(old.number)
    if old.name in by_name and by_name[old.name].number != old.number:
        yield f"{name}.{old.name} was {old.number} and is {by_name[old.name].number}"
    if now is None:
        if not reserved(new, old.number, 0):
            yield f"{name}: {old.number} ({old.name}) was removed and is not reserved"
    elif now.name != old.name:
        yield f"{name}: {old.number} was {old.name} and is now {now.name}"
    elif (now.type, now.type_name, now.label) != (old.type, old.type_name, old.label):
        yield f"{name}.{old.name} has another type or label"


def enum_complaints(name, old, new):
    numbers = {value.number: value.name for value in new.value}
    for value in old.value:
        if value.number not in numbers:
            if not reserved(new, value.number, 1):
                yield f"{name}: {value.number} ({value.name}) was removed and is not reserved"
        elif numbers[value.number] != value.name:
            yield f"{name}: {value.number} was {value.name} and is now {numbers[value.number]}"


def complaints(old, new):
    for name, message in sorted(old.messages.items()):
        for field in message.field if name in new.messages else []:
            yield from field_complaints(name, field, new.messages[name])
    for name, enum in sorted(old.enums.items()):
        if name in new.enums:
            yield from enum_complaints(name, enum, new.enums[name])


def check(old_path, new_path):
    found = list(complaints(load(old_path), load(new_path)))
    print("\n".join(found) or "no field or choice renumbered, reused or retyped")
    return 1 if found else 0


def main(arguments):
    match arguments:
        case ["tables", set_path, output]:
            return write(output, tables(load_with_rules(set_path)))
        case ["numbers", set_path, output]:
            return write(output, numbers(load_with_rules(set_path)))
        case ["redis", def_path, output]:
            return write(output, redis_keys(def_path))
        case ["counters", def_path, output]:
            return write(output, counters(def_path))
        case ["check", old_path, new_path]:
            return check(old_path, new_path)
    raise SystemExit(__doc__)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
