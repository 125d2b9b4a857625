#pragma once

#include <map>
#include <string>
#include <string_view>

#include "commands/state/transfer/transfer.hpp"

namespace corral::state {

/// A snapshot of each service that is about to change, named after the command and the time:
/// "before-pull-20261129-093000-kv". The newest five of each service are kept, and older ones removed.
class SnapshotUndo final : public UndoPoint {
 public:
  SnapshotUndo(Context& context, StateOptions local, std::string_view command);

  std::string keep(StateService service) override;

 private:
  Context& context_;
  StateOptions local_;
  void remove_old(StateService service);

  std::string command_;
  std::map<StateService, std::string> kept_;  ///< their names
};

}  // namespace corral::state
