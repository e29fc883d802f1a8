#include "collector/api/query_params.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "paceline/v1/query.pb.h"

namespace paceline::api {
namespace {

using testing::AllOf;
using testing::HasSubstr;

template <typename Request>
std::string ErrorOf(std::string_view query) {
  Request request;
  return std::string(ReadQueryParams(query, &request).message());
}

TEST(QueryParamsTest, FillsFieldsByName) {
  v1::GetTimeSeriesRequest request;
  ASSERT_TRUE(ReadQueryParams("site=academy&metric=lcp&dimension=DIMENSION_BROWSER&step_ms=6e4"
                              "&page_group=%2Fcourses%2F%2A&dimension_value=a+b&",
                              &request)
                  .ok());
  EXPECT_EQ(request.site(), "academy");
  EXPECT_EQ(request.metric(), v1::METRIC_LCP);
  EXPECT_EQ(request.dimension(), v1::DIMENSION_BROWSER);
  EXPECT_EQ(request.step_ms(), 60000);
  EXPECT_EQ(request.page_group(), "/courses/*");
  EXPECT_EQ(request.dimension_value(), "a b");
}

TEST(QueryParamsTest, FillsNumbersAndSwitches) {
  v1::ListSessionsRequest request;
  ASSERT_TRUE(ReadQueryParams("limit=20&rage_clicks=true&rating=poor", &request).ok());
  EXPECT_EQ(request.limit(), 20u);
  EXPECT_TRUE(request.rage_clicks());
  EXPECT_EQ(request.rating(), v1::RATING_POOR);
}

TEST(QueryParamsTest, NamesWhatIsWrongAndWhatWouldBeRight) {
  EXPECT_THAT(ErrorOf<v1::GetVitalsRequest>("sites=academy"),
              AllOf(HasSubstr("'sites'"), HasSubstr("site, from_unix_ms")));
  EXPECT_THAT(ErrorOf<v1::GetVitalsRequest>("from_unix_ms=x"),
              HasSubstr("'x' is not right for from_unix_ms"));
  EXPECT_THAT(ErrorOf<v1::GetVitalsRequest>("from_unix_ms=nan"), HasSubstr("a number"));
  EXPECT_THAT(ErrorOf<v1::GetVitalsRequest>("from_unix_ms="), HasSubstr("a number"));
  EXPECT_THAT(ErrorOf<v1::GetPagesRequest>("limit=-1"), HasSubstr("a whole number"));
  EXPECT_THAT(ErrorOf<v1::GetPagesRequest>("limit=4294967296"), HasSubstr("a whole number"));
  EXPECT_THAT(ErrorOf<v1::ListSessionsRequest>("rage_clicks=maybe"), HasSubstr("true or false"));
  EXPECT_THAT(ErrorOf<v1::GetTimeSeriesRequest>("metric=SPEED"), HasSubstr("one of LCP, INP, CLS"));
  EXPECT_THAT(ErrorOf<v1::GetVitalsRequest>("site=a&site=b"), HasSubstr("twice"));
  EXPECT_THAT(ErrorOf<v1::GetVitalsRequest>("site=%4"), HasSubstr("escape"));
  EXPECT_THAT(ErrorOf<v1::GetSitesRequest>("x=1"), HasSubstr("there are none"));
  EXPECT_THAT(ErrorOf<v1::GetVitalsResponse>("vitals=1"), HasSubstr("no parameter 'vitals'"));
}

}  // namespace
}  // namespace paceline::api
