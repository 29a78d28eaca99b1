/* The tracer's report as JSON lines, each with its kind in "matrix"; src/protocol/tracer-report.ts reads them. */
#ifndef MATRIX_TRACER_REPORT_H
#define MATRIX_TRACER_REPORT_H

#include <stdio.h>

/* Writes the sites that grew; with `everything`, also those that allocate and free. */
void report_sites(FILE *out, int everything);

/* Ends the counting of new objects and writes how many were made at each place. */
void report_object_places(FILE *out);

#endif
