/* Turns members.csv into the lines that COPY puts into import_member: checked, normalised, with ids found. One
 * thread. */
#ifndef SOTAY_AUTH_IMPORT_STAGE_H
#define SOTAY_AUTH_IMPORT_STAGE_H

#include "services/auth/import/import_file.h"
#include "services/auth/import/import_tree.h"

struct import_stage;
/* `granter`: the importer's highest role, or ROLE_OPERATOR. Errors as for import_file_open. Borrows tree and errors. */
MUST_CHECK enum err import_stage_open(TALLOC_CTX *ctx, const char *path, const struct uuid *job,
                                      const struct import_tree *tree, int granter, struct import_errors *errors,
                                      struct import_stage **ret_stage);
/* For pg_copy_in: `arg` is the stage. Blocks of whole lines, so many for one COPY that it ends within any deadline. */
const char *import_stage_next(void *arg, size_t *ret_bytes);
bool import_stage_more(struct import_stage *stage); /* true: another COPY is wanted */
int64_t import_stage_rows(const struct import_stage *stage);
int64_t import_stage_last_line(const struct import_stage *stage); /* the last that was staged */

#endif
