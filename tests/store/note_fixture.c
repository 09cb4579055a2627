/* What the tests of common/pg/pg.h find in their database: the tables `note`, empty, and `other`. */
#include "pg_fixture.h"

static const char TABLES[] = "CREATE TABLE note(id uuid CONSTRAINT note_pkey PRIMARY KEY, at_us int8, place int4,"
                             " open bool, text text, body bytea,"
                             " weight float8 CONSTRAINT note_weight_positive CHECK (weight > 0));"
                             "CREATE TABLE other(id int4);";

void fixture_fill(struct pg *pg)
{
    static const struct pg_migration MIGRATIONS[] = {{"common", 1, TABLES}};
    assert_int_equal(pg_migrate(pg, MIGRATIONS, 1), ERR_OK);
}

void fixture_reset(struct pg *pg)
{
    must(pg, "TRUNCATE note");
}
