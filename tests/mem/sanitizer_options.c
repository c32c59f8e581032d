// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the address sanitizer is told by default; ASAN_OPTIONS in the environment goes before it. It keeps what was
 * freed, to see a later use of it: 16 MB of that are many commands here, and its 256 MB are memory that is touched for
 * the first time again and again, which took half of the time of these programs.
 */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
	return "quarantine_size_mb=16";
}
