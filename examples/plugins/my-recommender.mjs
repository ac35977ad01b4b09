// A recommender: what those clicked who clicked what you did.
//
//     score(u, i) = sum over the items j of u of (users who clicked both i and j)
import { asRecommender } from 'recaudit';

const coClicks = asRecommender({
  name: 'co-clicks',
  fit(train) {
    const { columnPointers, rowIndices } = train.csc();
    const ranked = (user) => {
      const scores = new Float64Array(train.items);
      for (const item of train.row(user))
        for (const other of rowIndices.subarray(columnPointers[item], columnPointers[item + 1]))
          for (const theirs of train.row(other)) scores[theirs]++;
      const unseen = Array.from(scores.keys()).filter((item) => !train.has(user, item));
      return unseen.sort((a, b) => scores[b] - scores[a] || a - b);
    };
    return { recommend: (users, k) => Array.from(users, (user) => ranked(user).slice(0, k)) };
  },
});

export const plugin = { recommenders: [coClicks] };
