#include "collector/commands/collector_client.h"

#include <curl/curl.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <chrono>
#include <memory>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace paceline::commands {
namespace {

constexpr std::chrono::milliseconds kBetweenQuestions{200};
constexpr long kConnectTimeoutSeconds = 5;
constexpr long kTimeoutSeconds = 60;

size_t Collect(char* bytes, size_t size, size_t count, void* text) {
  static_cast<std::string*>(text)->append(bytes, size * count);
  return size * count;
}

struct FreeCurl {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

// What {"error":{"message":…}} says.
std::string ErrorIn(const std::string& json) {
  google::protobuf::Struct answer;
  if (!google::protobuf::util::JsonStringToMessage(json, &answer).ok()) return json;
  const auto error = answer.fields().find("error");
  if (error == answer.fields().end()) return json;
  const auto& fields = error->second.struct_value().fields();
  const auto message = fields.find("message");
  return message == fields.end() ? json : message->second.string_value();
}

}  // namespace

CollectorClient::CollectorClient(std::string url, std::string token)
    : url_(absl::StripSuffix(url, "/")), token_(std::move(token)) {}

absl::StatusOr<v1::OperationStatus> CollectorClient::Ask(const std::string& path,
                                                         const std::string* body) const {
  const std::unique_ptr<CURL, FreeCurl> curl(curl_easy_init());
  if (curl == nullptr) return absl::InternalError("libcurl cannot be used");
  curl_slist* list = curl_slist_append(nullptr, "Content-Type: application/json");
  if (!token_.empty()) {
    list = curl_slist_append(list, absl::StrCat("Authorization: Bearer ", token_).c_str());
  }
  const std::unique_ptr<curl_slist, FreeCurl> headers(list);
  std::string answer;
  const std::string url = absl::StrCat(url_, path);
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  if (body != nullptr) {
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(body->size()));
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, body->c_str());
  }
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, Collect);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &answer);
  curl_easy_setopt(curl.get(), CURLOPT_CONNECTTIMEOUT, kConnectTimeoutSeconds);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, kTimeoutSeconds);
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  const CURLcode done = curl_easy_perform(curl.get());
  if (done != CURLE_OK) {
    return absl::UnavailableError(
        absl::StrCat("no collector answers at ", url_, ": ", curl_easy_strerror(done)));
  }
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status != 200) {
    return absl::UnknownError(absl::StrCat(url, " answers ", status, ": ", ErrorIn(answer)));
  }
  v1::OperationStatus operation;
  google::protobuf::util::JsonParseOptions lenient;
  lenient.ignore_unknown_fields = true;
  if (!google::protobuf::util::JsonStringToMessage(answer, &operation, lenient).ok()) {
    return absl::UnknownError(absl::StrCat(url, " answers what is not a collector's answer"));
  }
  return operation;
}

absl::StatusOr<std::string> CollectorClient::Run(
    const std::string& path, const google::protobuf::Message& request,
    const std::function<void(const v1::OperationStatus&)>& progress) const {
  std::string body;
  if (!google::protobuf::util::MessageToJsonString(request, &body).ok()) {
    return absl::InvalidArgumentError("the request cannot be said in JSON");
  }
  absl::StatusOr<v1::OperationStatus> operation = Ask(path, &body);
  const uint64_t number = operation.ok() ? operation->number() : 0;
  while (operation.ok() && operation->state() == v1::OperationStatus::STATE_RUNNING) {
    if (progress) progress(*operation);
    std::this_thread::sleep_for(kBetweenQuestions);
    operation = Ask("/api/v1/operation", nullptr);
    if (operation.ok() && operation->number() != number) {
      return absl::UnknownError("the collector does something else now: was it started again?");
    }
  }
  if (!operation.ok()) return operation.status();
  if (operation->state() != v1::OperationStatus::STATE_DONE) {
    return absl::UnknownError(operation->message());
  }
  return operation->message();
}

}  // namespace paceline::commands
