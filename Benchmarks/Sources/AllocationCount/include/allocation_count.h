#ifndef RINGBACK_ALLOCATION_COUNT_H
#define RINGBACK_ALLOCATION_COUNT_H

/// The number of blocks that this process has asked for, whoever asked; 0 where allocation is not counted.
long allocation_count(void);

#endif
