#include "core/base/pod_vector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>

namespace paceline::core {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(PodVectorTest, KeepsWhatIsPushed) {
  PodVector<uint64_t> numbers;
  EXPECT_TRUE(numbers.empty());
  for (uint64_t i = 0; i < 1000; ++i) numbers.push_back(i * i);
  ASSERT_EQ(numbers.size(), 1000u);
  for (uint64_t i = 0; i < 1000; ++i) EXPECT_EQ(numbers[i], i * i);
  EXPECT_EQ(numbers.back(), 999u * 999u);
  numbers.clear();
  EXPECT_THAT(numbers, IsEmpty());
}

TEST(PodVectorTest, PushesAnElementOfItsOwn) {
  PodVector<uint32_t> numbers = {7};
  for (int i = 0; i < 100; ++i) numbers.push_back(numbers[0]);
  for (const uint32_t number : numbers) EXPECT_EQ(number, 7u);
}

TEST(PodVectorTest, InsertsAndErasesAnywhere) {
  PodVector<uint16_t> numbers = {2, 4};
  numbers.insert(numbers.begin(), 1);
  EXPECT_EQ(*numbers.insert(numbers.begin() + 2, 3), 3);
  numbers.insert(numbers.end(), 5);
  EXPECT_THAT(numbers, ElementsAre(1, 2, 3, 4, 5));
  numbers.erase(numbers.begin() + 1, numbers.begin() + 3);
  EXPECT_THAT(numbers, ElementsAre(1, 4, 5));
  numbers.erase(numbers.begin());
  numbers.pop_back();
  EXPECT_THAT(numbers, ElementsAre(4));
  numbers.erase(numbers.begin(), numbers.begin());
  EXPECT_THAT(numbers, ElementsAre(4));
}

TEST(PodVectorTest, CopiesAreApart) {
  PodVector<int> first = {1, 2, 3};
  PodVector<int> second = first;
  second.push_back(4);
  EXPECT_THAT(first, ElementsAre(1, 2, 3));
  first = second;
  first[0] = 9;
  EXPECT_THAT(second, ElementsAre(1, 2, 3, 4));
  const PodVector<int> empty;
  first = empty;
  EXPECT_THAT(first, IsEmpty());
}

TEST(PodVectorTest, MovesLeaveSomethingThatCanBeUsed) {
  PodVector<int> first = {1, 2};
  PodVector<int> second = std::move(first);
  EXPECT_THAT(second, ElementsAre(1, 2));
  second = PodVector<int>{5};
  EXPECT_THAT(second, ElementsAre(5));
}

TEST(PodVectorTest, AppendsAndAssigns) {
  PodVector<char> letters;
  letters.append("abc", 3);
  letters.append("", 0);
  letters.append("d", 1);
  EXPECT_EQ(std::string(letters.begin(), letters.end()), "abcd");
  letters.assign(2, 'x');
  EXPECT_EQ(std::string(letters.begin(), letters.end()), "xx");
}

}  // namespace
}  // namespace paceline::core
