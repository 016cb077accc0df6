// The service in C++. Health is the library's own. ADMIN_PORT has channelz on a server of its own.
#include <grpcpp/ext/channelz_service_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <thread>

#include "slow.grpc.pb.h"

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

namespace {

std::string setting(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

long long since_ms(Clock::time_point began) {
  return std::chrono::duration_cast<milliseconds>(Clock::now() - began).count();
}

class SlowService final : public fixture::Slow::Service {
  grpc::Status Wait(grpc::ServerContext* context, const google::protobuf::Int64Value* ms,
                    google::protobuf::StringValue* answer) override {
    const auto end = Clock::now() + milliseconds(ms->value());
    while (Clock::now() < end) {
      if (context->IsCancelled()) return grpc::Status::CANCELLED;
      std::this_thread::sleep_for(milliseconds(10));
    }
    answer->set_value(setting("NAME"));
    return grpc::Status::OK;
  }

  grpc::Status Tick(grpc::ServerContext* context, const google::protobuf::Int64Value* ms,
                    grpc::ServerWriter<google::protobuf::StringValue>* writer) override {
    google::protobuf::StringValue name;
    name.set_value(setting("NAME"));
    while (!context->IsCancelled() && writer->Write(name)) std::this_thread::sleep_for(milliseconds(ms->value()));
    return grpc::Status::CANCELLED;
  }
};

}  // namespace

int main() {
  // Taken by sigwait below, and by no thread of the library.
  sigset_t term;
  sigemptyset(&term);
  sigaddset(&term, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &term, nullptr);

  const milliseconds limit(std::stol(setting("LIMIT_MS")));
  grpc::EnableDefaultHealthCheckService(true);
  SlowService slow;
  grpc::ServerBuilder builder;
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddListeningPort("127.0.0.1:" + setting("PORT"), grpc::InsecureServerCredentials());
  builder.RegisterService(&slow);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  server->GetHealthCheckService()->SetServingStatus("fixture.Slow", true);

  std::unique_ptr<grpc::Server> admin;
  if (!setting("ADMIN_PORT").empty()) {
    grpc::channelz::experimental::InitChannelzService();
    grpc::ServerBuilder beside;
    beside.AddListeningPort("127.0.0.1:" + setting("ADMIN_PORT"), grpc::InsecureServerCredentials());
    admin = beside.BuildAndStart();
  }
  std::cout << "SERVING" << std::endl;

  int received = 0;
  sigwait(&term, &received);
  const auto began = Clock::now();
  std::cout << "GRACEFUL_SHUTDOWN" << std::endl;
  server->GetHealthCheckService()->SetServingStatus(false);
  // Waits, and then cancels what is left: both steps are this one call.
  server->Shutdown(std::chrono::system_clock::now() + limit);
  if (Clock::now() - began >= limit) std::cout << "TIMER_EXPIRED " << since_ms(began) << std::endl;
  std::cout << "TERMINATED " << since_ms(began) << std::endl;
}
