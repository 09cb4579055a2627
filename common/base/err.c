#include "common/base/err.h"
#include <string.h>

#define DONE DISPOSITION_DONE
#define REJECT DISPOSITION_REJECT
#define RETRY DISPOSITION_RETRY
#define FAULT DISPOSITION_FAULT
#define ERROR(name, word, status, disposition, level, vi, en) \
    [ERR_##name] = {word, status, disposition, LOG_LEVEL_##level, vi, en},
static const struct err_info TABLE[ERR_COUNT] = {
#include "errors.def"
};
#undef ERROR
#undef DONE
#undef REJECT
#undef RETRY
#undef FAULT

const struct err_info *err_info(enum err err)
{
    return (unsigned)err < ERR_COUNT ? &TABLE[err] : &TABLE[ERR_INTERNAL];
}

const char *err_word(enum err err)
{
    return err_info(err)->word;
}

enum err err_from_word(const char *word)
{
    for (unsigned i = 0; i < ERR_COUNT; i++)
        if (strcmp(TABLE[i].word, word) == 0)
            return (enum err)i;
    return ERR_INTERNAL;
}
