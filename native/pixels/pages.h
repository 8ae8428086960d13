/* Memory for pictures that are walked through row by row: every row is another page of 4 KiB, and
 * in a virtual machine to find a page costs as much as to compare what is on it. */
#ifndef WR_PAGES_H
#define WR_PAGES_H

#include <stddef.h>

/* Zeros, from 2 MiB on on pages of that size where the kernel has some; a page takes memory when it
 * is written to. NULL without memory, or for no bytes. */
void *wr_pages_take(size_t bytes);
/* The same number of bytes; NULL is fine. */
void wr_pages_give(void *pages, size_t bytes);

#endif
