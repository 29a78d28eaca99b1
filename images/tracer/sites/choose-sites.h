/* Chooses which sites are reported, and in which order. */
#ifndef MATRIX_TRACER_CHOOSE_SITES_H
#define MATRIX_TRACER_CHOOSE_SITES_H

#include <stddef.h>

#include "tracer/sites/sites.h"

/*
 * Fills `list`, which has room for every site, and returns how many were chosen, at most 200: those whose live bytes
 * grew from the first mark to the last, largest growth first.
 */
size_t choose_growing_sites(struct site **list);

/* Likewise the sites of the script that allocate at least once in two iterations and free it, busiest first. */
size_t choose_busy_sites(struct site **list);

#endif
