/* The tracer's report as JSON lines, each with its kind in "matrix"; src/protocol/tracer-report.ts is the other end. */
#ifndef MATRIX_TRACER_REPORT_H
#define MATRIX_TRACER_REPORT_H

#include <stdio.h>

/* The sites that grew; with `everything`, also those that allocate and give it back. */
void report_sites(FILE *out, int everything);

/* The lines of the script that had called where objects are made. */
void report_object_places(FILE *out);

#endif
