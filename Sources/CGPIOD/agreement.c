// Holds one.h or two.h against the header of libgpiod that is installed, if one is: a difference
// does not compile. Nothing of this is in a program.
#if __has_include(<gpiod.h>)
#include <gpiod.h>
#include <stddef.h>

#define SAME(ours, theirs) _Static_assert((int)(ours) == (int)(theirs), #theirs)
#define AGREES(name, result, parameters)                                                          \
    _Static_assert(                                                                               \
        __builtin_types_compatible_p(__typeof__(gpiod_##name), result parameters), #name);

#ifdef GPIOD_LINE_BULK_MAX_LINES
#include "one.h"

SAME(ONE_REQUEST_DIRECTION_OUTPUT, GPIOD_LINE_REQUEST_DIRECTION_OUTPUT);
SAME(ONE_REQUEST_EVENT_BOTH_EDGES, GPIOD_LINE_REQUEST_EVENT_BOTH_EDGES);
SAME(ONE_EVENT_RISING_EDGE, GPIOD_LINE_EVENT_RISING_EDGE);
SAME(ONE_FLAG_ACTIVE_LOW, GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW);
SAME(ONE_FLAG_BIAS_DISABLE, GPIOD_LINE_REQUEST_FLAG_BIAS_DISABLE);
SAME(ONE_FLAG_BIAS_PULL_DOWN, GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN);
SAME(ONE_FLAG_BIAS_PULL_UP, GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP);

#define SAME_FIELD(type, field)                                                                   \
    SAME(offsetof(struct one_##type, field), offsetof(struct gpiod_##type, field));               \
    SAME(                                                                                         \
        sizeof((struct one_##type *)0)->field, sizeof((struct gpiod_##type *)0)->field)
SAME(sizeof(struct one_line_request_config), sizeof(struct gpiod_line_request_config));
SAME_FIELD(line_request_config, consumer);
SAME_FIELD(line_request_config, request_type);
SAME_FIELD(line_request_config, flags);
SAME(sizeof(struct one_line_event), sizeof(struct gpiod_line_event));
SAME_FIELD(line_event, ts);
SAME_FIELD(line_event, event_type);

// From here on our names of the two structures are theirs.
#define one_line_request_config gpiod_line_request_config
#define one_line_event gpiod_line_event
ONE_FUNCTIONS(AGREES)

#else
#include "two.h"

SAME(TWO_VALUE_ERROR, GPIOD_LINE_VALUE_ERROR);
SAME(TWO_VALUE_INACTIVE, GPIOD_LINE_VALUE_INACTIVE);
SAME(TWO_VALUE_ACTIVE, GPIOD_LINE_VALUE_ACTIVE);
SAME(TWO_DIRECTION_INPUT, GPIOD_LINE_DIRECTION_INPUT);
SAME(TWO_DIRECTION_OUTPUT, GPIOD_LINE_DIRECTION_OUTPUT);
SAME(TWO_EDGE_BOTH, GPIOD_LINE_EDGE_BOTH);
SAME(TWO_BIAS_AS_IS, GPIOD_LINE_BIAS_AS_IS);
SAME(TWO_BIAS_DISABLED, GPIOD_LINE_BIAS_DISABLED);
SAME(TWO_BIAS_PULL_UP, GPIOD_LINE_BIAS_PULL_UP);
SAME(TWO_BIAS_PULL_DOWN, GPIOD_LINE_BIAS_PULL_DOWN);
SAME(TWO_CLOCK_MONOTONIC, GPIOD_LINE_CLOCK_MONOTONIC);
SAME(TWO_EVENT_RISING_EDGE, GPIOD_EDGE_EVENT_RISING_EDGE);

// From here on our names of the enumerations are theirs.
#define two_line_value gpiod_line_value
#define two_line_direction gpiod_line_direction
#define two_line_edge gpiod_line_edge
#define two_line_bias gpiod_line_bias
#define two_line_clock gpiod_line_clock
#define two_edge_event_type gpiod_edge_event_type
TWO_FUNCTIONS(AGREES)
#endif
#endif
