// Inside receive/: connections are files to the system, which gives a process so many and no more.
// The store needs some to write with, whoever connects.
#pragma once

namespace paceline::receive {

// Whether what is left besides `socket`, just accepted, is the store's. The system gives the
// smallest number that is free, so a large one says that all below it are taken.
bool IsOneTooMany(int socket);

}  // namespace paceline::receive
