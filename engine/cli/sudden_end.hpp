#pragma once

namespace engine::cli
{
/// From here on no end of this process is without a name, and none comes after a lie.
///
/// Where an allocation gets no memory, on whatever thread and in whoever's code, the process ends
/// at once with RF-0606 on standard error: nobody sees a null pointer or a bad_alloc that he could
/// swallow or stumble over, and nothing more is answered, acknowledged or written. (That holds even
/// before this is called, and not in builds with a sanitizer, which has an allocator of its own:
/// there `operator new` alone ends so.) An exception that nobody catches ends it with its reason
/// (RF-0605) and SIGABRT; a bad_alloc like the first.
///
/// As JSON if the arguments ask for it. Called first of all in main.
void name_sudden_ends(int argc, char** argv);
}  // namespace engine::cli
