/** The few functions of jstat that `statistics.ts` uses; the package has no types of its own. */
declare module 'jstat' {
  interface StudentT {
    /** P(T <= x) with `df` degrees of freedom */
    cdf(x: number, df: number): number;
    /** the x with P(T <= x) = p */
    inv(p: number, df: number): number;
  }
  interface NoncentralT {
    /** P(T <= x) with `df` degrees of freedom and non-centrality `ncp` */
    cdf(x: number, df: number, ncp: number): number;
  }
  const jstat: { readonly jStat: { readonly studentt: StudentT; readonly noncentralt: NoncentralT } };
  export default jstat;
}
