/* What every unit test includes: cmocka with its prerequisites. */
#ifndef SOTAY_TESTS_UNIT_TEST_H
#define SOTAY_TESTS_UNIT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above */
#include <cmocka.h>

#endif
