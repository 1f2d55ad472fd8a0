// `inflateInit2` is a macro, which Swift does not see.
#include <zlib.h>

static inline int ringback_inflate_init(z_stream *stream, int window_bits) {
    return inflateInit2(stream, window_bits);
}
